import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'
import { callback, flag, oneOf, type Rule } from '../cursor/options.ts'
import type { Place } from '../cursor/place.ts'
import { OrderError } from '../errors.ts'
import { LoserTree } from './loser-tree.ts'
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

class MergeCursor<T> implements Cursor<T> {
  readonly #cursors: Cursor<T>[]
  readonly #places: Place[]
  readonly #key: ((item: T) => unknown) | undefined
  readonly #order: Order<unknown>
  readonly #checks: boolean
  readonly #heads: T[] = []
  readonly #keys: unknown[] = []
  readonly #out: boolean[] = []
  readonly #counts: number[] = []
  #tree: LoserTree<unknown> | undefined
  /** Whose head was delivered, and not yet refilled. */
  #spent: number | undefined

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
    this.#cursors = cursors
    this.#places = places
  }

  next(): Step<T> {
    const tree = this.#tree ?? this.#begin()
    if (tree === undefined) return PENDING
    if (this.#spent !== undefined) {
      const step = this.#refill(this.#spent)
      if (step === PENDING) return PENDING
      if (step === DONE) tree.dropOut()
      else tree.replay()
      this.#spent = undefined
    }
    const { winner } = tree
    if (winner === undefined) return DONE
    this.#spent = winner
    return this.#heads[winner] as T
  }

  close(): void | Promise<void> {
    return closeAll(this.#cursors)
  }

  /** The first heads are taken in the order of the inputs, so that the outcome never depends on who is quicker. */
  #begin(): LoserTree<unknown> | undefined {
    for (let source = this.#out.length; source < this.#cursors.length; source++) {
      const step = this.#refill(source)
      if (step === PENDING) return undefined
      this.#out[source] = step === DONE
    }
    this.#tree = new LoserTree(this.#keys, this.#out, this.#order.beats)
    return this.#tree
  }

  #refill(source: number): Step<unknown> {
    const step = (this.#cursors[source] as Cursor<T>).next()
    if (step === PENDING) return PENDING
    const keys = this.#keys
    if (step === DONE) {
      if (source === keys.length) this.#set(source, undefined as T, undefined)
      return DONE
    }
    const count = this.#counts[source] ?? 0
    const given = this.#key === undefined ? step : this.#key(step)
    const key = this.#order.admit(given, this.#places[source] as Place, count)
    if (this.#checks && count > 0 && this.#order.beats(key, keys[source])) {
      const previous =
        given instanceof Date && typeof keys[source] === 'number' ? new Date(keys[source]) : keys[source]
      throw new OrderError((this.#places[source] as Place).path(), count, previous, given)
    }
    this.#set(source, step, key)
    this.#counts[source] = count + 1
    return key
  }

  #set(source: number, head: T, key: unknown): void {
    this.#heads[source] = head
    this.#keys[source] = key
  }
}
