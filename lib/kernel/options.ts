import { ArgumentError, show, showItem } from '../errors.ts'
import { isThenable } from './guards.ts'

/** What a value must be, and how to tell. */
export interface Rule {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const rule = (expected: string, holds: (value: unknown) => boolean): Rule => ({ expected, holds })

const LONGEST_TIMER = 2 ** 31 - 1
/** V8 keeps an array longer than this as a dictionary, which takes minutes to fill. */
const LONGEST_ARRAY = 2 ** 25
/** What a Map or a Set of V8 can hold. */
const LARGEST_MAP = 2 ** 24

export const positiveInteger = rule(
  'a positive integer',
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
)
const upTo = (most: number): Rule =>
  rule(`an integer from 1 to ${most}`, (value) => positiveInteger.holds(value) && (value as number) <= most)
/** The length of an array that may be filled. */
export const arrayLength = upTo(LONGEST_ARRAY)
/** How many keys may be told apart. */
export const keyCount = upTo(LARGEST_MAP)
export const nonNegativeInteger = rule(
  'a non-negative integer',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
)
export const milliseconds = rule(
  `a number of milliseconds from 0 to ${LONGEST_TIMER}`,
  (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER,
)
export const flag = rule('true or false', (value) => typeof value === 'boolean')
export const text = rule('a string', (value) => typeof value === 'string')
export const texts = rule('an array of strings', (value) => isListOf(value, text.holds))
export const callback = rule('a function', (value) => typeof value === 'function')
export const failOrReport = rule(
  `'fail' or a function`,
  (value) => value === 'fail' || typeof value === 'function',
)
export const signal = rule(
  'an AbortSignal',
  (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value,
)
export const oneOf = (...choices: readonly string[]): Rule =>
  rule(`one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, (value) =>
    choices.includes(value as string),
  )

/** Throws unless the value fits the rule. */
export function check(value: unknown, name: string, { expected, holds }: Rule): void {
  if (!holds(value)) throw new ArgumentError(name, expected, isPlain(value) ? showItem(value) : show(value))
}

/** Whether it is an array of such elements; a hole counts as undefined. */
export const isListOf = (value: unknown, holds: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && Array.from(value as unknown[]).every((element) => holds(element))

/** An array or an object literal: what is in it may be what is wrong. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

/** An object by whose names things are told: no list, no source of items and no promise, which are given by mistake. */
export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(Symbol.iterator in value || Symbol.asyncIterator in value || isThenable(value))

/**
 * Reads options once, inherited ones too, so that a later change to the caller's object has no effect. Throws unless each
 * is known and fits its rule; an option that is undefined counts as not given.
 */
export function readOptions<O extends object>(
  options: O | undefined,
  rules: Readonly<Record<string, Rule>>,
  argument = 'options',
): O {
  const read: Record<string, unknown> = {}
  if (options === undefined) return read as O
  if (!isRecord(options)) throw new ArgumentError(argument, 'an object of options', show(options))
  for (const name in options) {
    if (!Object.hasOwn(rules, name)) {
      throw new ArgumentError(name, `one of the known options: ${Object.keys(rules).join(', ')}`)
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    const given = (options as Readonly<Record<string, unknown>>)[name]
    if (given === undefined) continue
    const value = Array.isArray(given) ? [...(given as readonly unknown[])] : given
    check(value, name, rule)
    read[name] = value
  }
  return read as O
}
