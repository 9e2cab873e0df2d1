import { closeAll, DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Inputs } from './inputs.ts'
import type { Junction } from './junction.ts'

/** One item of each input in turn. An input that has none ready is waited for; one that has ended drops out. */
export function roundRobinJunction<T>(): Junction<T> {
  return {
    name: 'roundRobin',
    bytes: false,
    open: (inputs, scope) => new RoundRobinCursor(inputs, scope),
  }
}

/**
 * An input that ends leaves a gap, and those after it move up as their turn comes. So an input moves at most once a round,
 * and removing many costs no more than removing one.
 */
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
        if (isItem(step)) {
          if (this.#gaps > 0) this.#moveUp(cursor)
          this.#turn++
          return step
        }
        if (step === PENDING) return PENDING
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
