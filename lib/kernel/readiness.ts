import { Queue } from './queue.ts'
import type { Scope } from './scope.ts'

/** An input, or whatever stands for one. `isReady` is kept by `Readiness`. */
export interface Wakeable {
  isReady: boolean
}

/** Stands for an input, which does not exist yet while it is being opened. */
export interface WakeableIndex extends Wakeable {
  readonly index: number
}

/**
 * Tracks which inputs may have an item, so that only those are polled. Each input is opened in its own scope; waking that
 * scope marks the input as ready and wakes the outer scope.
 */
export class Readiness<I extends Wakeable> {
  readonly #scope: Scope
  readonly #ready = new Queue<I>()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** How many inputs are ready. */
  get size(): number {
    return this.#ready.length
  }

  /** The scope in which to open this input. */
  scopeOf(input: I): Scope {
    return this.#scope.waking(() => {
      this.add(input)
      this.#scope.wake()
    })
  }

  /** Marks an input as ready without waking anybody. */
  add(input: I): void {
    if (input.isReady) return
    input.isReady = true
    this.#ready.push(input)
  }

  /**
   * Removes and returns the input that has been ready longest; undefined if none is. An input that is woken while it is
   * being polled becomes ready again, so a wake-up is never lost.
   */
  take(): I | undefined {
    const input = this.#ready.shift()
    if (input !== undefined) input.isReady = false
    return input
  }
}
