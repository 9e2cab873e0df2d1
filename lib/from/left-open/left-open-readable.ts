import { DONE, isItem, type Cursor, type Step } from '../../kernel/cursor.ts'
import { unclaim } from '../../kernel/ownership.ts'
import type { Place } from '../../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../../kernel/recipe.ts'
import type { Scope } from '../../kernel/scope.ts'
import { Lifecycle } from '../readable/lifecycle.ts'
import { innerState, type ReadableLike } from '../readable/readable-like.ts'
import { ReadableRecipe } from '../readable/readable.ts'
import type { LostItems } from './lost-items.ts'

/** The lifecycle of a Readable that we never destroy: when it has ended or is no longer needed, it is given back to its owner. */
class LeftOpenLifecycle extends Lifecycle {
  override get closesItself(): boolean {
    return false
  }

  override release(): void {
    if (!this.isReleased) this.leave()
  }
}

/** A Readable that is given back to its owner, with the items that were not delivered. */
export class LeftOpenReadableRecipe<T> implements Recipe<T>, Owned {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject = this
  readonly argument: string
  readonly #stream: ReadableLike
  readonly #lostItems: LostItems<T>
  readonly #readable: ReadableRecipe<T>
  #cursor: LeftOpenCursor<T> | undefined

  constructor(stream: ReadableLike, argument: string, lostItems: LostItems<T>) {
    this.#readable = new ReadableRecipe<T>(stream, argument, LeftOpenLifecycle)
    this.mode = this.#readable.mode
    this.argument = argument
    this.#stream = stream
    this.#lostItems = lostItems
  }

  open(scope: Scope, place: Place): Cursor<T> {
    scope.cleanup.onLeftOpen?.()
    const lose = (items: readonly T[]): void => this.#lostItems.report(items, scope, place)
    return (this.#cursor = new LeftOpenCursor(this.#readable.open(scope, place), this.#stream, lose))
  }

  release(scope: Scope, place: Place): void {
    if (this.#cursor !== undefined) return this.#cursor.close()
    void this.#readable.release(scope, place)
    unclaim(this.#stream)
  }

  giveBack(): void {
    this.#readable.giveBack()
    unclaim(this.#stream)
  }
}

class LeftOpenCursor<T> implements Cursor<T> {
  readonly #cursor: Cursor<T>
  readonly #stream: ReadableLike
  readonly #lose: (items: readonly T[]) => void
  /** How many items it has given, without those it has taken back. */
  #given = 0
  readonly #takenBack: T[] = []
  #isClosed = false

  constructor(cursor: Cursor<T>, stream: ReadableLike, lose: (items: readonly T[]) => void) {
    this.#cursor = cursor
    this.#stream = stream
    this.#lose = lose
  }

  next(): Step<T> {
    const step = this.#cursor.next()
    if (isItem(step)) this.#given++
    else if (step === DONE) this.close()
    return step
  }

  takeBack(items: readonly T[]): void {
    const count = Math.min(items.length, this.#given)
    this.#given -= count
    const own = items.slice(items.length - count)
    if (!this.#isClosed) this.#takenBack.push(...own)
    else this.#lose(own)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    void this.#cursor.close()
    this.#putBack()
    unclaim(this.#stream)
  }

  #putBack(): void {
    const stream = this.#stream
    const items = this.#takenBack
    const hasEnded = stream.readableEnded ?? innerState(stream).endEmitted
    if (hasEnded === true || stream.destroyed === true) return this.#lose(items)
    const encoding = stream.readableEncoding ?? undefined
    for (const item of items.reverse()) stream.unshift(encoding === undefined ? item : textOf(item), encoding)
  }
}

/** The output may have turned the text of a stream with an encoding into bytes. */
const textOf = (chunk: unknown): unknown =>
  chunk instanceof Uint8Array ? new TextDecoder().decode(chunk) : chunk
