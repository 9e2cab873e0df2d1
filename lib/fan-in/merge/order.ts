import { ArgumentError, KeyError, show } from '../../errors.ts'
import { ignoreRejection } from '../../kernel/awaited.ts'
import { isThenable } from '../../kernel/guards.ts'
import { withItemOrigin } from '../../kernel/item-origin.ts'
import type { Place } from '../../kernel/place.ts'
import { isMissing, keyProblem, type KeyKind } from '../key-problems.ts'

/** How the keys of one merge are ordered. */
export interface Order<K> {
  /** Whether all keys so far were numbers or bigints. */
  readonly areNumbers: boolean
  readonly reverse: boolean
  /** Whether keys are ordered by a `compare` function of the user. */
  readonly isCompared: boolean
  /** Whether key `a` must come before key `b`. */
  beats(a: K, b: K): boolean
  /** Whether the key stands for none, so that the item has no place in the order. */
  readonly isKeyless: (key: unknown) => boolean
  /** Gives the form of a key that `beats` compares; throws a KeyError if the key cannot be ordered. */
  admit(key: unknown, item: unknown, origin: KeyOrigin): K
}

/** Which item a key belongs to: that with the index `count` of the input at `place`. */
export interface KeyOrigin {
  readonly place: Place
  readonly count: number
}

type Primitive = number | string | bigint

const isLess = (a: Primitive, b: Primitive): boolean => a < b
const isGreater = (a: Primitive, b: Primitive): boolean => a > b

/** The natural order: numbers and bigints by value, strings by code unit, Dates by time. A merge has keys of one kind only. */
export function naturalOrder(reverse: boolean): Order<Primitive> {
  let kind: KeyKind | undefined
  return {
    get areNumbers() {
      return kind === 'numbers'
    },
    reverse,
    isCompared: false,
    beats: reverse ? isGreater : isLess,
    isKeyless: isMissing,
    admit(key, item, origin) {
      const kindOfKey = kindOf(key)
      if (kindOfKey === undefined || (kind ??= kindOfKey) !== kindOfKey)
        throw refusedKey(key, item, kind, origin)
      return typeof key === 'object' ? (key as Date).getTime() : (key as Primitive)
    },
  }
}

/** The order of a `compare` function. Keys may be anything but `undefined`, and a `key` function may not return a promise. */
export function comparedOrder(
  compare: (a: never, b: never) => number,
  reverse: boolean,
  hasKey: boolean,
): Order<unknown> {
  const compareKeys = compare as (a: unknown, b: unknown) => unknown
  return {
    areNumbers: false,
    reverse,
    isCompared: true,
    beats(a, b) {
      const difference = compareKeys(a, b)
      if (typeof difference !== 'number' || Number.isNaN(difference)) throw refusedComparison(difference)
      return reverse ? difference > 0 : difference < 0
    },
    isKeyless: (key) => key === undefined,
    admit(key, item, origin) {
      if (key === undefined || (hasKey && isThenable(key))) throw refusedKey(key, item, undefined, origin)
      return key
    },
  }
}

function refusedKey(
  key: unknown,
  item: unknown,
  kind: KeyKind | undefined,
  { place, count }: KeyOrigin,
): KeyError {
  ignoreRejection(key)
  return withItemOrigin(new KeyError(place, count, key, keyProblem(key, item, kind)), place, count)
}

function refusedComparison(result: unknown): ArgumentError {
  ignoreRejection(result)
  return new ArgumentError('compare', 'a function that returns a number', `one that returns ${show(result)}`)
}

function kindOf(key: unknown): KeyKind | undefined {
  if (typeof key === 'number') return Number.isNaN(key) ? undefined : 'numbers'
  if (typeof key === 'string') return 'strings'
  if (typeof key === 'bigint') return 'numbers'
  return key instanceof Date && !Number.isNaN(key.getTime()) ? 'Dates' : undefined
}
