import { Queue } from './queue.ts'
import type { Scope } from './scope.ts'

/**
 * Tracks which inputs may have an item, so that only those are polled. Each input is opened in its own scope; waking that
 * scope marks the input as ready and wakes the outer scope.
 */
export class Readiness {
  readonly #scope: Scope
  readonly #ready = new Queue<number>()
  readonly #isReady: boolean[] = []

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** The scope in which to open this input. */
  scopeOf(input: number): Scope {
    this.#isReady[input] = false
    return this.#scope.waking(() => {
      if (!this.#isReady[input]) {
        this.#isReady[input] = true
        this.#ready.push(input)
      }
      this.#scope.wake()
    })
  }

  /**
   * Removes and returns the input that has been ready longest; undefined if none is. An input that is woken while it is
   * being polled becomes ready again, so a wake-up is never lost.
   */
  take(): number | undefined {
    const input = this.#ready.shift()
    if (input !== undefined) this.#isReady[input] = false
    return input
  }
}
