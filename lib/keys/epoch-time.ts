import { nonNegativeInteger, oneOf, readOptions } from '../kernel/options.ts'
import type { TimeReader } from './iso-reader.ts'
import { digitAt, isDecimalAt, isDigitAt, isPointAt, isWordAt } from './time-digits.ts'

export interface EpochOptions {
  /** The index in the text where the number begins; 0 by default. */
  at?: number | undefined
  /** The unit of the number: seconds, milliseconds, microseconds or nanoseconds; by default decided by the number of digits. */
  unit?: 'auto' | 's' | 'ms' | 'us' | 'µs' | 'μs' | 'ns' | undefined
}

/** The power of ten that converts each unit to milliseconds. */
const EXPONENTS: Readonly<Record<string, number>> = { s: 3, ms: 0, us: -3, µs: -3, μs: -3, ns: -6 }

export const EPOCH_UNITS: readonly string[] = ['auto', ...Object.keys(EXPONENTS)]

/** Seconds have ten digits from 2001 to 2286. */
const UNITS_BY_DIGITS: Readonly<Record<number, string>> = { 10: 's', 13: 'ms', 16: 'us', 19: 'ns' }

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: parses a Unix time in a text, such as `1767225600.125`, and returns
 * it in milliseconds. A fraction may follow `.` or `,`, and is kept to the precision of a double.
 *
 * Units: without `unit`, decided by the number of digits before the fraction: 10 for seconds, 13 for milliseconds, 16 for
 * microseconds, 19 for nanoseconds; any other number of digits gives NaN. With `unit`, any number of digits is accepted.
 *
 * Errors: returns NaN, which a merge rejects with a `KeyError` that names the item, if there is no such number, or if a letter, a
 * digit or a second fraction follows it directly, as in `1767225600abc`.
 *
 * @example
 * Array.from(['1767225600.125 a', '1767225601000 b'].map(epochTime())) // => [1767225600125, 1767225601000]
 * @example
 * epochTime({ unit: 'ms', at: 1 })('[250] booted') // => 250
 */
export function epochTime(options: EpochOptions = {}): (text: string) => number {
  const { at = 0, unit = 'auto' } = readOptions(options, {
    at: nonNegativeInteger,
    unit: oneOf(...EPOCH_UNITS),
  })
  const read = epochReader(unit)
  return (text: unknown) => (typeof text === 'string' ? read(text, at) : NaN)
}

/** Reads the number that begins at a position. */
export function epochReader(unit: string): TimeReader {
  const byDigits = unit === 'auto'
  return (text, at) => {
    let number = 0
    let end = at
    for (let digit = digitAt(text, end); digit >= 0; digit = digitAt(text, ++end))
      number = number * 10 + digit
    const point = end
    if (isPointAt(text, end) && isDigitAt(text, end + 1))
      for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end))
        number = number * 10 + digit
    const exponent = EXPONENTS[byDigits ? (UNITS_BY_DIGITS[point - at] ?? '') : unit]
    if (exponent === undefined || point === at || isWordAt(text, end) || isDecimalAt(text, end)) return NaN
    return end - at <= EXACT_LENGTH && number <= Number.MAX_SAFE_INTEGER
      ? timesPowerOfTen(number, exponent - Math.max(0, end - point - 1))
      : longNumber(text, at, point, end, exponent)
  }
}

/** A longer number may need a power of ten that a double cannot represent exactly. */
const EXACT_LENGTH = 17
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

/** Multiplies by a power of ten, with a single rounding. */
const timesPowerOfTen = (number: number, power: number): number =>
  power < 0 ? number / (POWERS[-power] as number) : number * (POWERS[power] as number)

/** Lets `Number` parse a number that has more digits than a double can hold. */
function longNumber(text: string, at: number, point: number, end: number, exponent: number): number {
  const number = Number(`${text.slice(at, point)}.${text.slice(point + 1, end)}e${exponent}`)
  return Number.isFinite(number) ? number : NaN
}
