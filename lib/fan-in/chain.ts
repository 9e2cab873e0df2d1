import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import { traced } from '../kernel/item-origin.ts'
import type { ItemOrigin } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Inputs } from './inputs.ts'
import type { Junction } from './junction.ts'

/** One input after the other; the next is opened only when the one before it has ended. */
export function chainJunction<T>(): Junction<T> {
  return {
    name: 'chain',
    bytes: true,
    asyncList: true,
    settings: [],
    open(inputs, scope, place) {
      return traced(new ChainCursor(inputs, scope), place)
    },
  }
}

class ChainCursor<T> implements Cursor<T> {
  readonly #inputs: Inputs<T>
  readonly #budget: WorkBudget
  #current: Cursor<T> | undefined
  /** How many items were given. */
  #given = 0
  /** How many of them came from the inputs before the current one. */
  #givenBefore = 0
  #isClosed = false

  constructor(inputs: Inputs<T>, scope: Scope) {
    this.#inputs = inputs
    this.#budget = new WorkBudget(scope)
    try {
      this.#openNext()
    } catch (error) {
      void inputs.close()
      throw error
    }
  }

  next(): Step<T> {
    if (this.#budget.yielding) return PENDING
    for (;;) {
      if (this.#current === undefined) {
        const opened = this.#openNext()
        if (opened !== undefined) return opened
      }
      const step = this.#pull(this.#current as Cursor<T>)
      if (isItem(step)) {
        this.#budget.reset()
        this.#given++
        return step
      }
      if (step === PENDING) return PENDING
      // Forgotten first: if the next input cannot be opened, `close` must not close this one again.
      this.#current = undefined
      this.#givenBefore = this.#given
      // A long run of empty inputs must not keep timers and I/O waiting.
      if (this.#budget.spend()) return PENDING
    }
  }

  /** Opens the next input; otherwise returns PENDING if the list has none yet, and DONE after the last. */
  #openNext(): typeof PENDING | typeof DONE | undefined {
    const opened = this.#inputs.open()
    if (opened === undefined) return DONE
    if (opened === PENDING) return PENDING
    if (this.#isClosed) {
      // The input has closed the output while it was being opened.
      void opened.close()
      return DONE
    }
    this.#current = opened
    return undefined
  }

  #pull(current: Cursor<T>): Step<T> {
    try {
      return current.next()
    } catch (error) {
      return this.#inputs.fail(error, this.#inputs.place, current)
    }
  }

  /** Known only of the items of the current input. */
  originOf(index: number): ItemOrigin | undefined {
    const isKnown = index >= this.#givenBefore && index < this.#given
    return isKnown ? this.#inputs.place.originOf(index - this.#givenBefore) : undefined
  }

  lender(): Lender<T> | undefined {
    return this.#current?.lender?.()
  }

  close(): void | Promise<void> {
    this.#isClosed = true
    return closeAll(this.#current === undefined ? [this.#inputs] : [this.#current, this.#inputs])
  }
}
