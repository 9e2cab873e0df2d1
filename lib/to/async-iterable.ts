import { withSignal } from '../kernel/abort.ts'
import { BURST } from '../kernel/work-budget.ts'
import { DONE, PENDING, type Step } from '../kernel/cursor.ts'
import { afterMacrotask, warn } from '../kernel/platform.ts'
import { Queue } from '../kernel/queue.ts'
import { DEPTH, RECIPE, type Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import type { Place } from '../kernel/place.ts'
import type { Face, Scope } from '../kernel/scope.ts'

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
 * Requests are answered in order, any number may wait, also those made from inside a source, a key or a step of its own;
 * `return()` answers those that wait, and closes at once.
 */
export class RootAsyncIterator<T> implements AsyncIterableIterator<T> {
  readonly [DEPTH]: number
  readonly #root: Root<T>
  readonly #waiting = new Queue<Request<T>>()
  #failure: { readonly error: unknown } | undefined
  #over = false
  /** While it pulls, lets others have their turn, or closes before it fails: requests wait. */
  #busy = false
  #woken = false
  /** Answered since timers and I/O last had their turn. */
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
      this.#waiting.push({ resolve, reject })
    })
    if (this.#waiting.length === 1) this.#answer()
    return promise
  }

  /** A fault of closing rejects; that an input did not close in time is only a warning, since nothing was wrong but the wait. */
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
    while (this.#woken && this.#waiting.length > 0) {
      this.#woken = false
      while (this.#waiting.length > 0) {
        if (this.#burst === BURST) return this.#rest()
        let step: Step<T>
        try {
          step = this.#pull()
        } catch (error) {
          return this.#fail(error)
        }
        if (step === PENDING) break
        this.#burst++
        const result = step === DONE ? { done: true, value: undefined } : { done: false, value: step }
        this.#waiting.shift()?.resolve(result as IteratorResult<T>)
      }
    }
    this.#busy = false
  }

  #pull(): Step<T> {
    if (this.#over) return DONE
    if (this.#failure !== undefined) throw this.#failure.error
    const step = (this.#root.cursor ?? this.#root.open()).next()
    if (step !== DONE) return step
    this.#over = true
    this.#root.ended()
    return DONE
  }

  #rest(): void {
    afterMacrotask(() => {
      this.#burst = 0
      this.#resume()
    })
  }

  /** Fails the first request when all is closed, and answers the others only then. */
  #fail(error: unknown): void {
    this.#over = true
    const reject = (): void => {
      this.#waiting.shift()?.reject(error)
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
