import { DONE, isItem, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
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
    scope.cleanup.leaveOpen()
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

class LeftOpenCursor<T> implements Cursor<T>, Lender<T> {
  readonly #cursor: Cursor<T>
  readonly #stream: ReadableLike
  readonly #lose: (items: readonly T[]) => void
  readonly #takenBack: T[] = []
  #isClosed = false

  constructor(cursor: Cursor<T>, stream: ReadableLike, lose: (items: readonly T[]) => void) {
    this.#cursor = cursor
    this.#stream = stream
    this.#lose = lose
  }

  next(): Step<T> {
    const step = this.#cursor.next()
    if (!isItem(step) && step === DONE) this.close()
    return step
  }

  lender(): Lender<T> {
    return this
  }

  takeBack(item: T): void {
    if (this.#isClosed) this.#lose([item])
    else this.#takenBack.push(item)
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
