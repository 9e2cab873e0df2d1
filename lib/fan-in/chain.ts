import { closeAll, DONE, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'

/** One input after the other; the next is opened only when the last is exhausted. */
export function chainJunction<T>(): Junction<T> {
  return { name: 'chain', bytes: true, settings: [], open: (inputs) => new ChainCursor(inputs) }
}

class ChainCursor<T> implements Cursor<T> {
  readonly #inputs: Inputs<T>
  #current: Cursor<T> | undefined

  constructor(inputs: Inputs<T>) {
    this.#inputs = inputs
    this.#current = inputs.open()
  }

  next(): Step<T> {
    while (this.#current !== undefined) {
      const step = this.#current.next()
      if (step !== DONE) return step
      this.#current = undefined
      this.#current = this.#inputs.open()
    }
    return DONE
  }

  close(): void | Promise<void> {
    return closeAll(this.#current === undefined ? [this.#inputs] : [this.#current, this.#inputs])
  }
}
