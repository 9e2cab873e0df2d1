import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import { traced } from '../kernel/item-origin.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import type { Inputs } from './inputs.ts'
import type { Junction } from './junction.ts'

/** One item of each input in turn. An input that has none ready is waited for; one that has ended drops out. */
export function roundRobinJunction<T>(): Junction<T> {
  return {
    name: 'roundRobin',
    bytes: false,
    open(inputs, _, place) {
      return traced(new RoundRobinCursor(inputs), place)
    },
  }
}

/**
 * An input that ends leaves a gap, and those after it move up as their turn comes. So an input moves at most once a round,
 * and removing many costs no more than removing one.
 */
class RoundRobinCursor<T> implements Cursor<T> {
  readonly #inputs: Inputs<T>
  readonly #cursors: Cursor<T>[]
  readonly #places: Place[]
  #turn = 0
  /** How many rounds have begun before this one. */
  #round = 0
  /** How many items were given. */
  #given = 0
  /** The position in `#cursors` of the input that gave the latest item; -1 while a round has given none. */
  #latest = -1
  /** How many inputs have ended in this round. */
  #gaps = 0

  constructor(inputs: Inputs<T>) {
    this.#inputs = inputs
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
      if (isItem(step)) {
        if (this.#gaps > 0) this.#moveUp(cursor)
        this.#given++
        this.#latest = this.#turn++
        return step
      }
      if (step === PENDING) return PENDING
      this.#gaps++
      this.#turn++
    }
  }

  /** Known only of the latest item, whose input has given one item in each earlier round. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#given - 1 ? this.#places[this.#latest]?.originOf(this.#round) : undefined
  }

  lender(): Lender<T> | undefined {
    return this.#cursors[this.#turn - 1]?.lender?.()
  }

  close(): void | Promise<void> {
    return closeAll(this.#cursors)
  }

  #pull(cursor: Cursor<T>): Step<T> {
    try {
      return cursor.next()
    } catch (error) {
      return this.#inputs.fail(error, this.#places[this.#turn] as Place, cursor)
    }
  }

  #moveUp(cursor: Cursor<T>): void {
    const to = this.#turn - this.#gaps
    this.#cursors[to] = cursor
    this.#places[to] = this.#places[this.#turn] as Place
  }

  #beginRound(): void {
    this.#turn = 0
    this.#round++
    this.#latest = -1
    if (this.#gaps === 0) return
    this.#cursors.length = this.#places.length = this.#cursors.length - this.#gaps
    this.#gaps = 0
  }
}
