import { isObject } from '../../kernel/guards.ts'
import { DONE, isItem, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import { claim, unclaim } from '../../kernel/ownership.ts'
import type { Place } from '../../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../../kernel/recipe.ts'
import type { Scope } from '../../kernel/scope.ts'
import { AsyncIteratorCursor } from '../async-iterable.ts'
import type { LostItems } from './lost-items.ts'

/** The part of an iterator, or of the reader of a web stream, that is used; nobody calls `return`. */
export interface Pulled<T> {
  next(): Promise<IteratorResult<T>>
  /** Releases it to its owner. */
  leave(): void
}

/** A web stream or an iterator that is given back to its owner. Nothing can be put back into it. */
export class LeftOpenIteratorRecipe<T> implements Recipe<T>, Owned {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject = this
  readonly noun = 'an iterator'
  readonly argument: string
  readonly #source: object
  readonly #pulled: Pulled<T>
  readonly #lostItems: LostItems<T>

  constructor(
    source: object,
    mode: Mode,
    pulled: () => Pulled<T>,
    argument: string,
    lostItems: LostItems<T>,
  ) {
    claim(source, argument)
    this.mode = mode
    this.argument = argument
    this.#source = source
    this.#pulled = pulled()
    this.#lostItems = lostItems
  }

  open(scope: Scope, place: Place): Cursor<T> {
    scope.cleanup.leaveOpen()
    const lose = (items: readonly T[]): void => this.#lostItems.report(items, scope, place)
    const pulled = { next: () => this.#pulled.next(), leave: () => this.giveBack() }
    return new LeftOpenIteratorCursor(pulled, lose, scope, place)
  }

  release(): void {
    this.giveBack()
  }

  giveBack(): void {
    this.#pulled.leave()
    unclaim(this.#source)
  }
}

class LeftOpenIteratorCursor<T> implements Cursor<T>, Lender<T> {
  readonly #pulled: Pulled<T>
  readonly #lose: (items: readonly T[]) => void
  readonly #cursor: Cursor<T>
  /** The item that has arrived and was not taken. */
  #arrived: readonly T[] = []
  #isClosed = false

  constructor(pulled: Pulled<T>, lose: (items: readonly T[]) => void, scope: Scope, place: Place) {
    this.#pulled = pulled
    this.#lose = lose
    this.#cursor = new AsyncIteratorCursor<T>({ next: () => this.#request() }, scope, place)
  }

  next(): Step<T> {
    let step: Step<T> = DONE
    try {
      step = this.#cursor.next()
    } finally {
      if (isItem(step)) this.#arrived = []
      else if (step === DONE) this.close()
    }
    return step
  }

  lender(): Lender<T> {
    return this
  }

  takeBack(item: T): void {
    this.#lose([item])
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#lose(this.#arrived)
    this.#pulled.leave()
  }

  async #request(): Promise<IteratorResult<T>> {
    const result = await this.#pulled.next()
    if (isObject(result) && result.done !== true) {
      if (this.#isClosed) this.#lose([result.value])
      else this.#arrived = [result.value]
    }
    return result
  }
}
