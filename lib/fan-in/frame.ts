import { iteratorOnce } from '../from/iterable.ts'
import { Iteration } from '../from/iteration.ts'
import { toRecipe } from '../from/recognise.ts'
import { closeAll, DONE } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { release } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import type { InputList } from './input-list.ts'

/** A list of inputs, and how far it has been opened. Nested lists that unfold into each other are a stack of frames. */
export class Frame<In> {
  readonly list: InputList<In>
  readonly place: Place
  readonly #lazyInputs: Iteration<unknown> | undefined
  /** How many inputs have been opened. */
  opened = 0

  constructor(list: InputList<In>, place: Place) {
    this.list = list
    this.place = place
    const { lazy } = list
    if (lazy !== undefined)
      this.#lazyInputs = new Iteration(iteratorOnce(lazy, lazy[Symbol.iterator](), 'inputs'), place.depth + 1)
  }

  get isLazy(): boolean {
    return this.#lazyInputs !== undefined
  }

  /** Whether every input has been opened; a lazy list only knows when it is asked for another. */
  get isExhausted(): boolean {
    return !this.isLazy && this.opened === this.list.parts.length
  }

  /** The next input to open; undefined after the last. */
  next(scope: Scope): Recipe<In> | undefined {
    try {
      return this.#next()
    } catch (error) {
      // A nested list is itself an input, and its errors name that input; the outermost list has no place to name.
      throw this.place.parent === undefined ? error : scope.normalizeError(error, this.place)
    }
  }

  /** Closes the lazy list, or releases the inputs that were not opened. */
  close(scope: Scope): void | Promise<void> {
    if (this.#lazyInputs !== undefined)
      return this.#lazyInputs.end((close) => scope.closing(this.place, close))
    return closeAll(
      this.list.parts.slice(this.opened).map((part) => ({ close: () => release(part, scope, this.place) })),
    )
  }

  #next(): Recipe<In> | undefined {
    if (this.#lazyInputs === undefined) return this.list.parts[this.opened]
    const input = this.#lazyInputs.next()
    return input === DONE ? undefined : toRecipe<In>(input, `inputs[${this.opened}]`, this.list.face)
  }
}
