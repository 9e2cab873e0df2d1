import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Inputs } from './inputs.ts'
import type { Junction } from './junction.ts'

/** One input after the other; the next is opened only when the one before it has ended. */
export function chainJunction<T>(): Junction<T> {
  return { name: 'chain', bytes: true, settings: [], open: (inputs, scope) => new ChainCursor(inputs, scope) }
}

class ChainCursor<T> implements Cursor<T> {
  readonly #inputs: Inputs<T>
  readonly #budget: WorkBudget
  #current: Cursor<T> | undefined

  constructor(inputs: Inputs<T>, scope: Scope) {
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
      if (isItem(step)) {
        this.#budget.reset()
        return step
      }
      if (step === PENDING) return PENDING
      // A long run of empty inputs must not keep timers and I/O waiting.
      if (this.#budget.spend()) return PENDING
      // Forgotten first: if the next input cannot be opened, `close` must not close this one again.
      this.#current = undefined
      this.#current = this.#inputs.open()
    }
    return DONE
  }

  #pull(current: Cursor<T>): Step<T> {
    try {
      return current.next()
    } catch (error) {
      return this.#inputs.fail(error, this.#inputs.place, current)
    }
  }

  close(): void | Promise<void> {
    return closeAll(this.#current === undefined ? [this.#inputs] : [this.#current, this.#inputs])
  }
}
