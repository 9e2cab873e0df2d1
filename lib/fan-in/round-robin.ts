import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'
import type { Place } from '../cursor/place.ts'
import type { Scope } from '../cursor/scope.ts'

/** One item of each input in turn; an input that is not ready is waited for, an exhausted one drops out. */
export function roundRobinJunction<T>(): Junction<T> {
  return {
    name: 'roundRobin',
    bytes: false,
    open: (inputs, scope) => new RoundRobinCursor(inputs, scope),
  }
}

/** Inputs that end leave a gap, which the others close up in the course of the round: nothing is moved twice. */
class RoundRobinCursor<T> implements Cursor<T> {
  readonly #scope: Scope
  readonly #cursors: Cursor<T>[]
  readonly #places: Place[]
  #turn = 0
  /** How many inputs of this round have given an item; they stand at the beginning. */
  #given = 0

  constructor(inputs: Inputs<T>, scope: Scope) {
    this.#scope = scope
    const { cursors, places } = inputs.openAll()
    this.#cursors = cursors
    this.#places = places
  }

  next(): Step<T> {
    const cursors = this.#cursors
    for (;;) {
      if (this.#turn === cursors.length) this.#beginRound()
      const cursor = cursors[this.#turn]
      if (cursor === undefined) return DONE
      const step = this.#pull(cursor)
      if (step === PENDING) return PENDING
      if (step !== DONE) {
        this.#keep(cursor)
        return step
      }
      this.#turn++
    }
  }

  close(): void | Promise<void> {
    return closeAll(this.#cursors)
  }

  #pull(cursor: Cursor<T>): Step<T> {
    try {
      return cursor.next()
    } catch (error) {
      throw this.#scope.blamed(error, this.#places[this.#turn] as Place)
    }
  }

  #keep(cursor: Cursor<T>): void {
    if (this.#given < this.#turn) {
      this.#cursors[this.#given] = cursor
      this.#places[this.#given] = this.#places[this.#turn] as Place
    }
    this.#given++
    this.#turn++
  }

  #beginRound(): void {
    this.#cursors.length = this.#places.length = this.#given
    this.#turn = this.#given = 0
  }
}
