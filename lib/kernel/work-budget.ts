import { afterMacrotask } from './platform.ts'
import type { Scope } from './scope.ts'

/** So much may be done in a row, giving items or not, before timers and I/O get their turn. */
export const BURST = 16_384

/** Counts what is done without giving an item, also from pull to pull: promises settle before timers and I/O do. */
export class WorkBudget {
  readonly #scope: Scope
  /** The others have their turn: say PENDING, whatever else may have news. */
  yielding = false
  #spent = 0

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** Whether it is time to say PENDING, after so much was done again; the scope is woken when the others have had their turn. */
  spend(cost = 1): boolean {
    this.#spent += cost
    if (this.#spent < BURST || this.#scope.face === 'iter') return false
    this.#spent = 0
    this.yielding = true
    afterMacrotask(() => {
      this.yielding = false
      this.#scope.wake()
    })
    return true
  }

  /** An item was given. */
  reset(): void {
    this.#spent = 0
  }
}
