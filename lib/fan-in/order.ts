import { ignoreRejection } from '../kernel/awaited.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import { ArgumentError, KeyError, show } from '../errors.ts'
import { keyProblem, type Kind } from './hints.ts'
import { isThenable } from '../kernel/guards.ts'

/** How keys are ordered: `beats` is strictly before, `admit` refuses a key that has no place and says what to compare. */
export interface Order<K> {
  /** All keys so far were numbers or bigints, and are ordered as such. */
  readonly areNumbers: boolean
  readonly reverse: boolean
  /** By a function of the user. */
  readonly isCompared: boolean
  beats(a: K, b: K): boolean
  admit(key: unknown, item: unknown, from: Origin): K
}

/** Whose key it is: the item `count` of the input at `place`. */
export interface Origin {
  readonly place: Place
  readonly count: number
}

type Primitive = number | string | bigint

const up = (a: Primitive, b: Primitive): boolean => a < b
const down = (a: Primitive, b: Primitive): boolean => a > b

/** The natural order: numbers and bigints, strings by code unit, or Dates; one kind a merge. */
export function naturalOrder(reverse: boolean): Order<Primitive> {
  let kind: Kind | undefined
  return {
    get areNumbers() {
      return kind === 'numbers'
    },
    reverse,
    isCompared: false,
    beats: reverse ? down : up,
    admit(key, item, from) {
      const found = kindOf(key)
      if (found === undefined || (kind ??= found) !== found) throw refusedKey(key, item, kind, from)
      return typeof key === 'object' ? (key as Date).getTime() : (key as Primitive)
    },
  }
}

/** The order of a `compare` function, over keys of any kind but promises that a `key` function gives. */
export function comparedOrder(
  compare: (a: never, b: never) => number,
  reverse: boolean,
  hasKey: boolean,
): Order<unknown> {
  const by = compare as (a: unknown, b: unknown) => unknown
  return {
    areNumbers: false,
    reverse,
    isCompared: true,
    beats(a, b) {
      const difference = by(a, b)
      if (typeof difference !== 'number' || Number.isNaN(difference)) throw refusedComparison(difference)
      return reverse ? difference > 0 : difference < 0
    },
    admit(key, item, from) {
      if (hasKey && isThenable(key)) throw refusedKey(key, item, undefined, from)
      return key
    },
  }
}

function refusedKey(key: unknown, item: unknown, kind: Kind | undefined, { place, count }: Origin): KeyError {
  ignoreRejection(key)
  return withOrigin(new KeyError(place, count, key, keyProblem(key, item, kind)), place)
}

function refusedComparison(result: unknown): ArgumentError {
  ignoreRejection(result)
  return new ArgumentError('compare', 'a function that returns a number', `one that returns ${show(result)}`)
}

function kindOf(key: unknown): Kind | undefined {
  if (typeof key === 'number') return Number.isNaN(key) ? undefined : 'numbers'
  if (typeof key === 'string') return 'strings'
  if (typeof key === 'bigint') return 'numbers'
  return key instanceof Date && !Number.isNaN(key.getTime()) ? 'Dates' : undefined
}
