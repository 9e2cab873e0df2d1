import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'

/** One item of each input in turn; an input that is not ready is waited for, an exhausted one drops out. */
export function roundRobinJunction<T>(): Junction<T> {
  return { name: 'roundRobin', bytes: false, open: (inputs) => new RoundRobinCursor(inputs) }
}

class RoundRobinCursor<T> implements Cursor<T> {
  readonly #live: Cursor<T>[]
  #turn = 0

  constructor(inputs: Inputs<T>) {
    this.#live = inputs.openAll().cursors
  }

  next(): Step<T> {
    const live = this.#live
    for (;;) {
      if (this.#turn === live.length) this.#turn = 0
      const cursor = live[this.#turn]
      if (cursor === undefined) return DONE
      const step = cursor.next()
      if (step === PENDING) return PENDING
      if (step !== DONE) {
        this.#turn++
        return step
      }
      live.splice(this.#turn, 1)
    }
  }

  close(): void | Promise<void> {
    return closeAll(this.#live)
  }
}
