import { withSignal } from './abort.ts'
import { BURST } from './breath.ts'
import { DONE, PENDING, type Step } from './cursor.ts'
import { DEPTH, RECIPE, type Recipe } from './recipe.ts'
import { Root, type RunOptions } from './root.ts'
import type { Place } from './place.ts'
import type { Face, Scope } from './scope.ts'

/** The async face of a recipe: every `[Symbol.asyncIterator]()` opens it afresh. */
export function toAsyncIterable<T>(
  recipe: Recipe<T>,
  options: RunOptions,
  face: Face = 'async',
): AsyncIterable<T> {
  return new RecipeAsyncIterable(recipe, options, face)
}

class RecipeAsyncIterable<T> implements AsyncIterable<T> {
  readonly #recipe: Recipe<T>
  readonly #options: RunOptions
  readonly #face: Face

  constructor(recipe: Recipe<T>, options: RunOptions, face: Face) {
    this.#recipe = recipe
    this.#options = options
    this.#face = face
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new RootAsyncIterator(this.#recipe, this.#options, this.#face)
  }

  [RECIPE](): Recipe<T> {
    return withSignal(this.#recipe, this.#options.signal)
  }
}

type Resolve<T> = (result: IteratorResult<T> | Promise<IteratorResult<T>>) => void

/** Requests are answered in order, any number may wait; `return()` answers those that do, and closes at once. */
export class RootAsyncIterator<T> implements AsyncIterableIterator<T> {
  readonly [DEPTH]: number
  readonly #root: Root<T>
  readonly #waiting: Resolve<T>[] = []
  #failure: { readonly error: unknown } | undefined
  #over = false
  #busy = false
  #woken = false
  #burst = 0

  constructor(recipe: Recipe<T>, options: RunOptions, face: Face, place?: Place, within?: Scope) {
    const wakers = {
      wake: () => this.#answer(),
      fail: (error: Error) => {
        this.#failure = { error }
        void this.#root.close(error)
        this.#answer()
      },
    }
    this[DEPTH] = recipe.depth
    this.#root = new Root(recipe, face, options, wakers, place, within)
  }

  next(): Promise<IteratorResult<T>> {
    const promise = new Promise<IteratorResult<T>>((resolve) => void this.#waiting.push(resolve))
    if (this.#waiting.length > 1) return promise
    if (++this.#burst < BURST) this.#answer()
    else this.#rest()
    return promise
  }

  async return(value?: unknown): Promise<IteratorResult<T>> {
    this.#over = true
    this.#answer()
    await this.#root.close(undefined, (faults) => {
      throw faults
    })
    return { done: true, value } as IteratorReturnResult<undefined>
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #rest(): void {
    this.#busy = true
    setImmediate(() => {
      this.#burst = 0
      this.#busy = false
      this.#answer()
    })
  }

  #answer(): void {
    this.#woken = true
    if (this.#busy) return
    this.#busy = true
    while (this.#woken && this.#waiting.length > 0) {
      this.#woken = false
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        const result = this.#pull()
        if (result === PENDING) break
        this.#waiting.shift()
        first(result)
      }
    }
    this.#busy = false
  }

  #pull(): IteratorResult<T> | Promise<IteratorResult<T>> | typeof PENDING {
    let step: Step<T>
    try {
      if (this.#failure !== undefined && !this.#over) throw this.#failure.error
      step = this.#over ? DONE : (this.#root.cursor ?? this.#root.open()).next()
    } catch (error) {
      this.#over = true
      return this.#fail(error)
    }
    if (step === PENDING) return PENDING
    if (step !== DONE) return { done: false, value: step }
    if (!this.#over) this.#root.ended()
    this.#over = true
    return { done: true, value: undefined }
  }

  async #fail(error: unknown): Promise<never> {
    await this.#root.close(error)
    throw error
  }
}
