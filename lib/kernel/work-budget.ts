import { afterMacrotask } from './platform.ts'
import type { Scope } from './scope.ts'

/** How many steps may run in a row, whether they produce an item or not, before we yield to timers and I/O. */
export const BURST = 16_384

/**
 * Counts the work done since the last item, and yields to timers and I/O when it is used up. The count carries over from pull
 * to pull, because promises that settle in between do not let timers and I/O run.
 */
export class WorkBudget {
  readonly #scope: Scope
  /** We have yielded: return PENDING from every pull until timers and I/O have run. */
  yielding = false
  #spent = 0

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** Counts work and tells whether to return PENDING now; the scope is woken after timers and I/O have run. */
  spend(cost = 1): boolean {
    this.#spent += cost
    return this.#spent >= BURST && this.#yield()
  }

  /** Call when an item is produced. */
  reset(): void {
    this.#spent = 0
  }

  #yield(): boolean {
    this.#spent = 0
    if (this.#scope.face === 'iter') return false
    this.yielding = true
    afterMacrotask(() => {
      this.yielding = false
      this.#scope.wake()
    })
    return true
  }
}
