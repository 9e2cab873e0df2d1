import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Inputs, Junction } from './inputs.ts'

/** One input after the other; the next is opened only when the last is exhausted. */
export function chainJunction<T>(): Junction<T> {
  return { name: 'chain', bytes: true, settings: [], open: (inputs, scope) => new ChainCursor(inputs, scope) }
}

class ChainCursor<T> implements Cursor<T> {
  readonly #scope: Scope
  readonly #inputs: Inputs<T>
  readonly #budget: WorkBudget
  #current: Cursor<T> | undefined

  constructor(inputs: Inputs<T>, scope: Scope) {
    this.#scope = scope
    this.#inputs = inputs
    this.#budget = new WorkBudget(scope)
    try {
      this.#current = inputs.open()
    } catch (error) {
      void inputs.close()
      throw error
    }
  }

  next(): Step<T> {
    if (this.#budget.yielding) return PENDING
    while (this.#current !== undefined) {
      const step = this.#pull(this.#current)
      if (step === PENDING) return PENDING
      if (step !== DONE) {
        this.#budget.reset()
        return step
      }
      if (this.#budget.spend()) return PENDING
      this.#current = undefined
      this.#current = this.#inputs.open()
    }
    return DONE
  }

  #pull(current: Cursor<T>): Step<T> {
    try {
      return current.next()
    } catch (error) {
      throw this.#scope.normalizeError(error, this.#inputs.place)
    }
  }

  close(): void | Promise<void> {
    return closeAll(this.#current === undefined ? [this.#inputs] : [this.#current, this.#inputs])
  }
}
