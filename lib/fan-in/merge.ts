import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import type { Inputs, Junction } from '../cursor/inputs.ts'
import { callback, flag, oneOf, type Rule } from '../cursor/options.ts'
import { blamed, type Place } from '../cursor/place.ts'
import { OrderError } from '../errors.ts'
import { LoserTree, type Player } from './loser-tree.ts'
import { NumberTree } from './number-tree.ts'
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

/** Keys are compared in one of two trees: finite numbers in their own, which is the faster, until another kind comes. */
class MergeCursor<T> implements Cursor<T> {
  readonly #sources: Contender<T>[]
  readonly #key: ((item: T) => unknown) | undefined
  readonly #order: Order<unknown>
  readonly #checks: boolean
  #primed = 0
  #begun = false
  #numbers: NumberTree | undefined
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
    if (!this.#begun && !this.#begin()) return PENDING
    if (this.#spent !== undefined && !this.#refill(this.#spent)) return PENDING
    const winner = (this.#spent = this.#winner())
    return winner === undefined ? DONE : (winner.head as T)
  }

  close(): void | Promise<void> {
    return closeAll(this.#sources.map(({ cursor }) => cursor))
  }

  #winner(): Contender<T> | undefined {
    if (this.#numbers === undefined) return this.#tree?.winner
    const { winner } = this.#numbers
    return winner < 0 ? undefined : this.#sources[winner]
  }

  /** The first heads are taken in the order of the inputs, so that the outcome never depends on who is quicker. */
  #begin(): boolean {
    const sources = this.#sources
    for (; this.#primed < sources.length; this.#primed++) {
      const source = sources[this.#primed] as Contender<T>
      const step = source.cursor.next()
      if (step === PENDING) return false
      if (step === DONE) source.out = true
      else {
        source.key = this.#order.admit(this.#keyOf(step), source)
        this.#give(source, step)
      }
    }
    this.#begun = true
    const keys = sources.map(({ key }) => key)
    if (this.#order.areNumbers && keys.every((key) => key === undefined || Number.isFinite(key)))
      this.#numbers = new NumberTree(keys as (number | undefined)[], this.#order.reverse)
    else this.#tree = new LoserTree(sources, this.#order.beats)
    return true
  }

  /** Takes the next head of who won, or that there is none; false where neither is known yet. */
  #refill(source: Contender<T>): boolean {
    const step = source.cursor.next()
    if (step === PENDING) return false
    if (step === DONE) {
      source.out = true
      source.head = undefined
      this.#numbers?.retire()
      this.#tree?.replay()
      return true
    }
    const given = this.#keyOf(step)
    const numbers = this.#numbers
    if (numbers !== undefined) {
      if (typeof given === 'number' && Number.isFinite(given)) {
        if (this.#checks && numbers.leads(given)) throw disordered(source, numbers.keyOf(source.index), given)
        this.#give(source, step)
        numbers.replace(given)
        return true
      }
      this.#generalize()
    }
    const key = this.#order.admit(given, source)
    if (this.#checks && this.#order.beats(key, source.key)) throw disordered(source, source.key, given)
    this.#give(source, step)
    source.key = key
    this.#tree?.replay()
    return true
  }

  #keyOf(item: T): unknown {
    return this.#key === undefined ? item : this.#key(item)
  }

  #give(source: Contender<T>, head: T): void {
    source.head = head
    source.count++
  }

  /** A key came that is no finite number. */
  #generalize(): void {
    for (const source of this.#sources) source.key = this.#numbers?.keyOf(source.index)
    this.#numbers = undefined
    this.#tree = new LoserTree(this.#sources, this.#order.beats)
  }
}

function disordered({ place, count }: Contender<unknown>, key: unknown, given: unknown): OrderError {
  const previous = given instanceof Date && typeof key === 'number' ? new Date(key) : key
  return blamed(new OrderError(place.path(), count, previous, given), place)
}
