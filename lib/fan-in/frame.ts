import { iteratorOnce } from '../from/iterable.ts'
import { Iteration } from '../from/iteration.ts'
import { toRecipe } from '../from/recognise.ts'
import { closeAll, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { openWithin } from '../kernel/open-within.ts'
import { release } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import type { InputList } from './input-list.ts'

/** A list of inputs, and how far it has been opened. Nested lists that unfold into each other are a stack of frames. */
export class Frame<In> {
  readonly list: InputList<In>
  readonly place: Place
  readonly #lazyInputs: Iteration<unknown> | undefined
  #asyncInputs: Cursor<unknown> | undefined
  /** How many inputs have been opened, and how many of them were added and did not come from the list. */
  opened = 0
  added = 0
  /** What a lazy list gave as its latest input. */
  latestInput: unknown

  constructor(list: InputList<In>, place: Place) {
    this.list = list
    this.place = place
    const { lazy } = list
    if (lazy !== undefined)
      this.#lazyInputs = new Iteration(iteratorOnce(lazy, lazy[Symbol.iterator](), 'inputs'), place.depth + 1)
  }

  get isLazy(): boolean {
    return this.#lazyInputs !== undefined || this.list.asyncList !== undefined
  }

  /** Whether every input has been opened; a lazy list only knows when it is asked for another. */
  get isExhausted(): boolean {
    return !this.isLazy && this.opened === this.list.parts.length
  }

  /** The next input to open; PENDING while an asynchronous list has none ready, undefined after the last. */
  next(scope: Scope): Recipe<In> | typeof PENDING | undefined {
    try {
      return this.#next(scope)
    } catch (error) {
      // A nested list is itself an input, and its errors name that input; the outermost list has no place to name.
      throw this.place.parent === undefined ? error : scope.normalizeError(error, this.place)
    }
  }

  /** Closes the lazy list, or releases the inputs that were not opened. */
  close(scope: Scope): void | Promise<void> {
    if (this.#lazyInputs !== undefined)
      return this.#lazyInputs.end((close) => scope.closing(this.place, close))
    if (this.#asyncInputs !== undefined) return this.#asyncInputs.close()
    return closeAll(
      this.list.parts.slice(this.opened).map((part) => ({ close: () => release(part, scope, this.place) })),
    )
  }

  #next(scope: Scope): Recipe<In> | typeof PENDING | undefined {
    if (!this.isLazy) return this.list.parts[this.opened]
    const input = this.#nextInput(scope)
    if (!isItem(input)) return input === PENDING ? PENDING : undefined
    this.latestInput = input
    return toRecipe<In>(input, `inputs[${this.opened}]`, this.list.face)
  }

  #nextInput(scope: Scope): Step<unknown> {
    const { asyncList } = this.list
    if (asyncList === undefined) return (this.#lazyInputs as Iteration<unknown>).next()
    this.#asyncInputs ??= openWithin(asyncList, 'inputs', scope, this.place.ofList())
    return this.#asyncInputs.next()
  }
}
