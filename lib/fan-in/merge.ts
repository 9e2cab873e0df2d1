import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Inputs, Junction } from './inputs.ts'
import { callback, flag, oneOf, type Rule } from '../kernel/options.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { OrderError } from '../errors.ts'
import { orderHint } from './hints.ts'
import { aheadBy, LoserTree, type Player } from './loser-tree.ts'
import { isAhead, NumberTree } from './number-tree.ts'
import { Tiers, type Tournament } from './tiers.ts'
import { comparedOrder, naturalOrder, type Order } from './order.ts'

export interface MergeOptions<T, K = unknown> {
  /** What an item is ordered by, called once for each item; by default the item itself. */
  key?: ((item: T) => K) | undefined
  /** Greatest first; equal items keep the order of their sources all the same. */
  reverse?: boolean | undefined
  /**
   * Replaces the natural order of keys: returns a negative number, zero or a positive one as `a` comes before, with or after
   * `b`.
   */
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
    open(inputs, scope) {
      const by: Order<unknown> =
        compare === undefined ? naturalOrder(reverse) : comparedOrder(compare, reverse, key !== undefined)
      return new MergeCursor(inputs, scope, key, by, order === 'check')
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
  /** The key of its first item. */
  firstKey: unknown = undefined
  out = false
  /** How many items it has given. */
  count = 0
  /** The same, when that was last looked at. */
  counted = 0

  constructor(index: number, cursor: Cursor<T>, place: Place) {
    this.index = index
    this.cursor = cursor
    this.place = place
  }
}

/** With fewer inputs it is not worth telling the active from the idle. */
const MANY = 16
/** After so many items, and so many for each input, it is found anew who is active. */
const PERIOD = 4096
const PERIOD_EACH = 4

/** Finite numbers have a tournament of their own, which is the faster, until a key of another kind comes. */
class MergeCursor<T> implements Cursor<T> {
  readonly #scope: Scope
  readonly #sources: Contender<T>[]
  readonly #key: ((item: T) => unknown) | undefined
  readonly #order: Order<unknown>
  readonly #checks: boolean
  readonly #isAhead: (a: number, b: number) => boolean
  #primed = 0
  #tournament: Tournament | undefined
  /** The keys of all inputs where they are finite numbers, times the sign. */
  #numbers: Float64Array | undefined
  /** -1 where the greatest comes first. */
  readonly #sign: number
  /** The winner's head was delivered, and not yet refilled. */
  #isSpent = false
  /** The inputs that gave something in the last period; empty where that were most of them. */
  #active: readonly number[] = []
  #untilRegroup: number

  constructor(
    inputs: Inputs<T>,
    scope: Scope,
    key: ((item: T) => unknown) | undefined,
    order: Order<unknown>,
    checks: boolean,
  ) {
    this.#scope = scope
    this.#key = key
    this.#order = order
    this.#checks = checks
    const { cursors, places } = inputs.openAll()
    this.#sources = cursors.map((cursor, i) => new Contender(i, cursor, places[i] as Place))
    this.#sign = order.reverse ? -1 : 1
    this.#isAhead = aheadBy(this.#sources, order.beats)
    this.#untilRegroup = this.#period()
  }

  next(): Step<T> {
    if (this.#tournament === undefined && !this.#begin()) return this.#sources.length === 0 ? DONE : PENDING
    if (this.#isSpent) {
      const spent = this.#winner()
      try {
        if (!this.#refill(spent)) return PENDING
      } catch (error) {
        throw this.#scope.normalizeError(error, spent.place)
      }
    }
    const winner = this.#winner()
    this.#isSpent = !winner.out
    return winner.out ? DONE : (winner.head as T)
  }

  close(): void | Promise<void> {
    return closeAll(this.#sources.map(({ cursor }) => cursor))
  }

  #winner(): Contender<T> {
    return this.#sources[(this.#tournament as Tournament).winner] as Contender<T>
  }

  /** The first heads are taken in the order of the inputs, so that the outcome never depends on who is quicker. */
  #begin(): boolean {
    const sources = this.#sources
    for (; this.#primed < sources.length; this.#primed++)
      if (!this.#prime(sources[this.#primed] as Contender<T>)) return false
    if (sources.length === 0) return false
    if (this.#order.areNumbers && sources.every(({ key, out }) => out || Number.isFinite(key)))
      this.#numbers = Float64Array.from(sources, ({ key, out }) =>
        out ? Infinity : (key as number) * this.#sign,
      )
    this.#tournament = this.#firstTournament()
    return true
  }

  /** What `compare` throws is an error of one of the two inputs, and the later is named. */
  #firstTournament(): Tournament {
    if (!this.#order.isCompared) return this.#newTournament()
    let later = 0
    const isAhead = (a: number, b: number): boolean => {
      later = Math.max(a, b)
      return this.#isAhead(a, b)
    }
    const all = this.#sources.map(({ index }) => index)
    try {
      return new LoserTree(this.#isAhead, all, isAhead)
    } catch (error) {
      throw this.#scope.normalizeError(error, (this.#sources[later] as Contender<T>).place)
    }
  }

  /** Takes the first head of an input, or that there is none; false where neither is known yet. */
  #prime(source: Contender<T>): boolean {
    try {
      const step = source.cursor.next()
      if (step === PENDING) return false
      if (step === DONE) source.out = true
      else {
        source.key = source.firstKey = this.#order.admit(this.#keyOf(step), step, source)
        this.#give(source, step)
      }
      return true
    } catch (error) {
      throw this.#scope.normalizeError(error, source.place)
    }
  }

  /** Takes the next head of the winner, or that there is none; false where neither is known yet. */
  #refill(source: Contender<T>): boolean {
    const step = source.cursor.next()
    if (step === PENDING) return false
    if (step === DONE) {
      source.out = true
      source.head = undefined
      if (this.#numbers !== undefined) this.#numbers[source.index] = Infinity
    } else this.#accept(source, step)
    this.#tournament?.replay()
    if (--this.#untilRegroup === 0) this.#regroup()
    return true
  }

  #accept(source: Contender<T>, step: T): void {
    const given = this.#keyOf(step)
    const numbers = this.#numbers
    if (numbers !== undefined) {
      if (typeof given === 'number' && Number.isFinite(given)) {
        const key = given * this.#sign
        const previous = numbers[source.index] as number
        if (key < previous && this.#checks) throw this.#disordered(source, previous * this.#sign, given)
        this.#give(source, step)
        numbers[source.index] = key
        return
      }
      this.#generalize(numbers)
    }
    const key = this.#order.admit(given, step, source)
    if (this.#checks && this.#order.beats(key, source.key)) throw this.#disordered(source, source.key, given)
    this.#give(source, step)
    source.key = key
  }

  #disordered(source: Contender<T>, before: unknown, key: unknown): OrderError {
    const { place, count, firstKey } = source
    const previous = key instanceof Date && typeof before === 'number' ? new Date(before) : before
    const hint = orderHint(previous, key, {
      reverse: this.#order.reverse,
      compared: this.#order.isCompared,
      neverRose: !this.#order.beats(firstKey, before),
      by: this.#key,
    })
    return withOrigin(new OrderError(place, count, previous, key, hint), place)
  }

  #keyOf(item: T): unknown {
    return this.#key === undefined ? item : this.#key(item)
  }

  #give(source: Contender<T>, head: T): void {
    source.head = head
    source.count++
  }

  /** A key came that is no finite number. */
  #generalize(numbers: Float64Array): void {
    for (const source of this.#sources) source.key = (numbers[source.index] as number) * this.#sign
    this.#numbers = undefined
    this.#tournament = this.#newTournament()
  }

  #period(): number {
    return Math.max(PERIOD, PERIOD_EACH * this.#sources.length)
  }

  #regroup(): void {
    this.#untilRegroup = this.#period()
    if (this.#sources.length < MANY) return
    const given = this.#sources.filter(({ count, counted }) => count > counted)
    for (const source of given) source.counted = source.count
    const active = 2 * given.length > this.#sources.length ? [] : given.map(({ index }) => index)
    const isSame =
      active.length === this.#active.length && active.every((index, i) => index === this.#active[i])
    if (isSame) return
    this.#active = active
    this.#tournament = this.#newTournament()
  }

  #newTournament(): Tournament {
    const all = this.#sources.map(({ index }) => index)
    if (this.#active.length === 0) return this.#tournamentOf(all)
    const active = new Set(this.#active)
    const idle = all.filter((index) => !active.has(index))
    const numbers = this.#numbers
    return new Tiers(
      this.#tournamentOf(this.#active),
      this.#tournamentOf(idle),
      numbers === undefined ? this.#isAhead : (a, b) => isAhead(numbers, a, b),
    )
  }

  #tournamentOf(inputs: readonly number[]): Tournament {
    return this.#numbers === undefined
      ? new LoserTree(this.#isAhead, inputs)
      : new NumberTree(this.#numbers, inputs)
  }
}
