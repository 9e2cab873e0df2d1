import { withSignal } from '../kernel/abort.ts'
import { BURST } from '../kernel/work-budget.ts'
import { DONE, isItem, PENDING, type Step } from '../kernel/cursor.ts'
import { afterMacrotask, warn } from '../kernel/platform.ts'
import { Queue } from '../kernel/queue.ts'
import { DEPTH, RECIPE, type Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import type { Place } from '../kernel/place.ts'
import type { Face, Scope } from '../kernel/scope.ts'

/** The async face of a recipe: each `[Symbol.asyncIterator]()` starts a new run. */
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
  #latest: RootAsyncIterator<T> | undefined

  constructor(recipe: Recipe<T>, options: RunOptions, face: Face) {
    this.#recipe = recipe
    this.#options = options
    this.#face = face
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return (this.#latest = new RootAsyncIterator(this.#recipe, this.#options, this.#face))
  }

  get [ORIGINS](): Origins | undefined {
    return this.#latest?.[ORIGINS]
  }

  [RECIPE](): Recipe<T> {
    return withSignal(this.#recipe, this.#options.signal)
  }
}

interface Request<T> {
  readonly resolve: (result: IteratorResult<T>) => void
  readonly reject: (error: unknown) => void
}

/**
 * One run as an async iterator. Calls of `next()` are queued and answered in order, even those made from inside one of its own
 * sources, keys or steps. `return()` ends the queued ones and closes at once.
 */
export class RootAsyncIterator<T> implements AsyncIterableIterator<T> {
  readonly [DEPTH]: number
  readonly #root: Root<T>
  readonly #requests = new Queue<Request<T>>()
  #failure: { readonly error: unknown } | undefined
  #over = false
  /** It is pulling, has yielded to timers and I/O, or is closing before it rejects; meanwhile requests stay queued. */
  #busy = false
  #woken = false
  /** How many requests were answered since it last yielded to timers and I/O. */
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

  get [ORIGINS](): Origins {
    return this.#root.origins
  }

  next(): Promise<IteratorResult<T>> {
    const promise = new Promise<IteratorResult<T>>((resolve, reject) => {
      this.#requests.push({ resolve, reject })
    })
    if (this.#requests.length === 1) this.#answer()
    return promise
  }

  /** Rejects with errors from closing. An input that did not close in time is only a warning, as nothing has failed. */
  async return(value?: unknown): Promise<IteratorResult<T>> {
    this.#over = true
    this.#answer()
    await this.#root.close(undefined, (faults) => {
      if (faults.faults.length > 0) throw faults
      warn(faults)
    })
    return { done: true, value } as IteratorReturnResult<undefined>
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #answer(): void {
    this.#woken = true
    if (this.#busy) return
    this.#busy = true
    while (this.#woken && this.#requests.length > 0) {
      this.#woken = false
      while (this.#requests.length > 0) {
        if (this.#burst === BURST) return this.#yield()
        let step: Step<T>
        try {
          step = this.#pull()
        } catch (error) {
          return this.#fail(error)
        }
        if (!isItem(step) && step === PENDING) break
        this.#burst++
        const result = isItem(step) ? { done: false, value: step } : { done: true, value: undefined }
        this.#requests.shift()?.resolve(result as IteratorResult<T>)
      }
    }
    this.#busy = false
  }

  #pull(): Step<T> {
    if (this.#over) return DONE
    if (this.#failure !== undefined) throw this.#failure.error
    const step = (this.#root.cursor ?? this.#root.open()).next()
    if (isItem(step) || step === PENDING) return step
    this.#over = true
    this.#root.ended()
    return DONE
  }

  #yield(): void {
    afterMacrotask(() => {
      this.#burst = 0
      this.#resume()
    })
  }

  /** Closes everything, then rejects the first request; only then are the others answered. */
  #fail(error: unknown): void {
    this.#over = true
    const reject = (): void => {
      this.#requests.shift()?.reject(error)
      this.#resume()
    }
    const closing = this.#root.fail(error)
    if (closing === undefined) reject()
    else void closing.then(reject)
  }

  #resume(): void {
    this.#busy = false
    this.#answer()
  }
}
