import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'
import { callback, flag, oneOf, type Rule } from '../cursor/options.ts'
import { blamed, type Place } from '../cursor/place.ts'
import { OrderError } from '../errors.ts'
import { LoserTree, type Player } from './loser-tree.ts'
import { comparedOrder, naturalOrder, type Order } from './order.ts'

export interface MergeOptions<T, K = unknown> {
  /** What an item is ordered by, called once an item; by default the item itself. */
  key?: ((item: T) => K) | undefined
  /** Greatest first; equal items keep the order of their sources all the same. */
  reverse?: boolean | undefined
  /** Replaces the natural order of keys: negative, zero or positive as `a` comes before, with or after `b`. */
  compare?: ((a: K, b: K) => number) | undefined
  /** `'check'`, the default, fails on a source that is not sorted; `'trust'` does not look. */
  order?: 'check' | 'trust' | undefined
}

export const mergeRules = {
  key: callback,
  reverse: flag,
  compare: callback,
  order: oneOf('check', 'trust'),
} satisfies Record<string, Rule>

/** Sorted inputs into one sorted output, ties by input; an input is refilled only after its head was delivered. */
export function mergeJunction<T, K>(options: MergeOptions<T, K> = {}): Junction<T> {
  const { key, compare, reverse = false, order = 'check' } = options
  return {
    name: 'merge',
    bytes: false,
    settings: [key, compare, reverse, order],
    open(inputs) {
      const by: Order<unknown> =
        compare === undefined ? naturalOrder(reverse) : comparedOrder(compare, reverse)
      return new MergeCursor(inputs, key, by, order === 'check')
    },
  }
}

/** An input, and its head while that was not delivered. */
class Contender<T> implements Player<unknown> {
  readonly index: number
  readonly cursor: Cursor<T>
  readonly place: Place
  head: T | undefined = undefined
  key: unknown = undefined
  out = false
  /** How many items it has given. */
  count = 0

  constructor(index: number, cursor: Cursor<T>, place: Place) {
    this.index = index
    this.cursor = cursor
    this.place = place
  }
}

class MergeCursor<T> implements Cursor<T> {
  readonly #sources: Contender<T>[]
  readonly #key: ((item: T) => unknown) | undefined
  readonly #order: Order<unknown>
  readonly #checks: boolean
  #primed = 0
  #tree: LoserTree<unknown, Contender<T>> | undefined
  /** Whose head was delivered, and not yet refilled. */
  #spent: Contender<T> | undefined

  constructor(
    inputs: Inputs<T>,
    key: ((item: T) => unknown) | undefined,
    order: Order<unknown>,
    checks: boolean,
  ) {
    this.#key = key
    this.#order = order
    this.#checks = checks
    const { cursors, places } = inputs.openAll()
    this.#sources = cursors.map((cursor, i) => new Contender(i, cursor, places[i] as Place))
  }

  next(): Step<T> {
    const tree = this.#tree ?? this.#begin()
    if (tree === undefined) return PENDING
    if (this.#spent !== undefined) {
      if (!this.#refill(this.#spent)) return PENDING
      tree.replay()
    }
    const winner = (this.#spent = tree.winner)
    return winner === undefined ? DONE : (winner.head as T)
  }

  close(): void | Promise<void> {
    return closeAll(this.#sources.map(({ cursor }) => cursor))
  }

  /** The first heads are taken in the order of the inputs, so that the outcome never depends on who is quicker. */
  #begin(): LoserTree<unknown, Contender<T>> | undefined {
    for (; this.#primed < this.#sources.length; this.#primed++) {
      if (!this.#refill(this.#sources[this.#primed] as Contender<T>)) return undefined
    }
    this.#tree = new LoserTree(this.#sources, this.#order.beats)
    return this.#tree
  }

  /** Takes the next head, or that there is none; false where neither is known yet. */
  #refill(source: Contender<T>): boolean {
    const step = source.cursor.next()
    if (step === PENDING) return false
    if (step === DONE) {
      source.out = true
      source.head = undefined
      return true
    }
    const given = this.#key === undefined ? step : this.#key(step)
    const key = this.#order.admit(given, source)
    if (this.#checks && source.count > 0 && this.#order.beats(key, source.key))
      throw disordered(source, given)
    source.head = step
    source.key = key
    source.count++
    return true
  }
}

function disordered({ place, count, key }: Contender<unknown>, given: unknown): OrderError {
  const previous = given instanceof Date && typeof key === 'number' ? new Date(key) : key
  return blamed(new OrderError(place.path(), count, previous, given), place)
}
