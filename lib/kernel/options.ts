import { ArgumentError, show, showItem } from '../errors.ts'
import { isThenable } from './guards.ts'

/** A check for one option, and how the error message describes it. */
export interface Rule {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const rule = (expected: string, holds: (value: unknown) => boolean): Rule => ({ expected, holds })

const LONGEST_TIMER = 2 ** 31 - 1
/** V8 stores a longer array as a dictionary, which takes minutes to fill. */
const LONGEST_ARRAY = 2 ** 25
/** The size limit of a Map or a Set in V8. */
const LARGEST_MAP = 2 ** 24

export const positiveInteger = rule(
  'a positive integer',
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
)
const upTo = (most: number): Rule =>
  rule(`an integer from 1 to ${most}`, (value) => positiveInteger.holds(value) && (value as number) <= most)
/** For options that set the length of an array. */
export const arrayLength = upTo(LONGEST_ARRAY)
/** For options that limit how many items wait in a queue. */
export const queueLength = rule(
  `an integer from 0 to ${LONGEST_ARRAY}`,
  (value) => value === 0 || arrayLength.holds(value),
)
/** For options that limit the size of a Map or a Set. */
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
export const failDetachOrReport = rule(
  `'fail', 'detach' or a function`,
  (value) => value === 'detach' || failOrReport.holds(value),
)
export const signal = rule(
  'an AbortSignal',
  (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value,
)
export const oneOf = (...choices: readonly string[]): Rule =>
  rule(`one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, (value) =>
    choices.includes(value as string),
  )

/** Throws an ArgumentError unless the value satisfies the rule. */
export function check(value: unknown, name: string, { expected, holds }: Rule): void {
  if (!holds(value)) throw new ArgumentError(name, expected, isPlain(value) ? showItem(value) : show(value))
}

/** Whether the value is an array whose elements all satisfy `holds`; a hole counts as undefined. */
export const isListOf = (value: unknown, holds: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && Array.from(value as unknown[]).every((element) => holds(element))

/** Whether the value is an array or an object literal: for these the message shows the contents. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

/** An object of named values. Excludes iterables and promises, which are easily passed here by mistake. */
export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(Symbol.iterator in value || Symbol.asyncIterator in value || isThenable(value))

/**
 * Copies the options, including inherited ones, so that later changes to the caller's object have no effect. Throws on an
 * unknown or invalid option; `undefined` counts as not set.
 */
export function readOptions<O extends object>(
  options: O | undefined,
  rules: Readonly<Record<string, Rule>>,
  argument = 'options',
): O {
  const read: Record<string, unknown> = {}
  if (options === undefined) return read as O
  if (!isRecord(options)) throw new ArgumentError(argument, 'an options object', show(options))
  for (const name in options) {
    if (!Object.hasOwn(rules, name)) {
      throw new ArgumentError(name, `left out: the known options are ${Object.keys(rules).join(', ')}`)
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
