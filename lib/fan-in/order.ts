import { KeyError } from '../errors.ts'
import { blamed, type Place } from '../cursor/place.ts'

/** How keys are ordered: `beats` is strictly before, `admit` refuses a key that has no place and says what to compare. */
export interface Order<K> {
  /** All keys so far were numbers or bigints, and are ordered as such. */
  readonly areNumbers: boolean
  readonly reverse: boolean
  beats(a: K, b: K): boolean
  admit(key: unknown, from: Origin): K
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
  let kind: string | undefined
  return {
    get areNumbers() {
      return kind === NUMBER
    },
    reverse,
    beats: reverse ? down : up,
    admit(key, { place, count }) {
      const found = kindOf(key)
      if (found === undefined || (kind ??= found) !== found) {
        throw blamed(
          new KeyError(
            place,
            count,
            key,
            `is not ${kind ?? 'a number, a bigint, a string or a Date'}; give \`compare\` to order other keys`,
          ),
          place,
        )
      }
      return typeof key === 'object' ? (key as Date).getTime() : (key as Primitive)
    },
  }
}

export function comparedOrder(compare: (a: never, b: never) => number, reverse: boolean): Order<unknown> {
  const by = compare as (a: unknown, b: unknown) => number
  return {
    areNumbers: false,
    reverse,
    beats: reverse ? (a, b) => by(a, b) > 0 : (a, b) => by(a, b) < 0,
    admit: (key) => key,
  }
}

const NUMBER = 'a number as the others'

function kindOf(key: unknown): string | undefined {
  if (typeof key === 'number') return Number.isNaN(key) ? undefined : NUMBER
  if (typeof key === 'string') return 'a string as the others'
  if (typeof key === 'bigint') return NUMBER
  return key instanceof Date && !Number.isNaN(key.getTime()) ? 'a Date as the others' : undefined
}
