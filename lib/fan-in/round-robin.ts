import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Inputs, Junction } from './inputs.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'

/** One item of each input in turn; an input that is not ready is waited for, an exhausted one drops out. */
export function roundRobinJunction<T>(): Junction<T> {
  return {
    name: 'roundRobin',
    bytes: false,
    open: (inputs, scope) => new RoundRobinCursor(inputs, scope),
  }
}

/** Inputs that end leave gaps, which the others close up in the course of a round: each moves once at most. */
class RoundRobinCursor<T> implements Cursor<T> {
  readonly #scope: Scope
  readonly #cursors: Cursor<T>[]
  readonly #places: Place[]
  #turn = 0
  /** How many inputs have ended in this round. */
  #gaps = 0

  constructor(inputs: Inputs<T>, scope: Scope) {
    this.#scope = scope
    const { cursors, places } = inputs.openAll()
    this.#cursors = cursors
    this.#places = places
  }

  next(): Step<T> {
    const cursors = this.#cursors
    try {
      for (;;) {
        if (this.#turn === cursors.length) this.#beginRound()
        const cursor = cursors[this.#turn]
        if (cursor === undefined) return DONE
        const step = cursor.next()
        if (step === PENDING) return PENDING
        if (step !== DONE) {
          if (this.#gaps > 0) this.#moveUp(cursor)
          this.#turn++
          return step
        }
        this.#gaps++
        this.#turn++
      }
    } catch (error) {
      throw this.#scope.normalizeError(error, this.#places[this.#turn] as Place)
    }
  }

  close(): void | Promise<void> {
    return closeAll(this.#cursors)
  }

  #moveUp(cursor: Cursor<T>): void {
    const to = this.#turn - this.#gaps
    this.#cursors[to] = cursor
    this.#places[to] = this.#places[this.#turn] as Place
  }

  #beginRound(): void {
    this.#turn = 0
    if (this.#gaps === 0) return
    this.#cursors.length = this.#places.length = this.#cursors.length - this.#gaps
    this.#gaps = 0
  }
}
