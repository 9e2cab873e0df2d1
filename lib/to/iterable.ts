import { withSignal } from '../kernel/abort.ts'
import { isItem, PENDING, type Step } from '../kernel/cursor.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import type { Place } from '../kernel/place.ts'
import { DEPTH, RECIPE, type Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import { noWakers, type Scope, type Wakers } from '../kernel/scope.ts'

/** The iter face of a recipe: each `[Symbol.iterator]()` starts a new run. */
export function toIterable<T>(recipe: Recipe<T>, options: RunOptions): Iterable<T> {
  return new RecipeIterable(recipe, options)
}

class RecipeIterable<T> implements Iterable<T> {
  readonly #recipe: Recipe<T>
  readonly #options: RunOptions
  #latest: RootIterator<T> | undefined

  constructor(recipe: Recipe<T>, options: RunOptions) {
    this.#recipe = recipe
    this.#options = options
  }

  [Symbol.iterator](): IterableIterator<T> {
    return (this.#latest = new ExclusiveIterator(this.#recipe, this.#options))
  }

  get [ORIGINS](): Origins | undefined {
    return this.#latest?.[ORIGINS]
  }

  [RECIPE](): Recipe<T> {
    return withSignal(this.#recipe, this.#options.signal)
  }
}

const wakers: Wakers = { ...noWakers, mustAnswer: true }

/** One run as an iterator, for a recipe that detects reentrant pulls itself, as a branch does. */
export class RootIterator<T> implements IterableIterator<T> {
  readonly [DEPTH]: number
  readonly #recipe: Recipe<T>
  readonly #root: Root<T>

  constructor(recipe: Recipe<T>, options: RunOptions, place?: Place, within?: Scope) {
    this[DEPTH] = recipe.depth
    this.#recipe = recipe
    this.#root = new Root(recipe, 'iter', options, wakers, place, within)
  }

  get [ORIGINS](): Origins {
    return this.#root.origins
  }

  next(): IteratorResult<T> {
    let step: Step<T>
    try {
      step = (this.#root.cursor ?? this.#root.open()).next()
      if (isItem(step)) return { done: false, value: step }
      if (step === PENDING) throw new TypeError('The sync face cannot wait for an item')
    } catch (error) {
      if (this.#recipe.isRunning !== true) void this.#root.fail(error)
      throw error
    }
    this.#root.ended()
    return { done: true, value: undefined }
  }

  return(value?: unknown): IteratorResult<T> {
    void this.#root.close()
    return { done: true, value } as IteratorReturnResult<undefined>
  }

  [Symbol.iterator](): this {
    return this
  }
}

/** Throws, as a running generator does, if it is pulled from inside one of its own sources, keys or steps. */
export class ExclusiveIterator<T> extends RootIterator<T> {
  #running = false

  override next(): IteratorResult<T> {
    if (this.#running) throw new TypeError('Generator is already running')
    this.#running = true
    let result: IteratorResult<T>
    try {
      result = super.next()
    } catch (error) {
      this.#running = false
      throw error
    }
    this.#running = false
    return result
  }
}
