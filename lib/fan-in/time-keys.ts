import { checkOptions, countOrNone, oneOf } from '../cursor/options.ts'

export interface TimeOptions {
  /** Where in the text the time begins; 0 by default. */
  at?: number | undefined
}

export interface EpochOptions extends TimeOptions {
  /** What the number counts: seconds, `'s'`, the default, or milliseconds, `'ms'`. */
  unit?: 's' | 'ms' | undefined
}

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: the time that stands in a text by ISO 8601, such as
 * `2026-01-31T23:59:59.999Z`, in milliseconds since 1970. Merging by a number is much cheaper than by text.
 *
 * Between date and time stands `T` or a space; a fraction follows a dot or a comma, and microseconds are kept apart, no less;
 * without an offset (`Z`, `+01:00`, `-0800`) the time is UTC. Where no such time stands the key is NaN, which a merge refuses
 * with a `KeyError` that names the item.
 *
 * @example
 * Array.from(['2026-01-01T00:00:00.5Z a', '2026-01-01 01:00:01+0100 b'].map(isoTime())) // => [1767225600500, 1767225601000]
 */
export function isoTime(options: TimeOptions = {}): (text: string) => number {
  checkOptions(options, { at: countOrNone })
  const { at = 0 } = options
  let day = ''
  let midnight = NaN
  let clock = ''
  let minute = NaN
  // Times that are merged are near each other: the date and the minute are mostly those of the last text.
  return (text) => {
    const date = text.slice(at, at + 10)
    if (date !== day) {
      day = date
      midnight = DAY.test(date) ? Date.parse(date) : NaN
    }
    const hoursAndMinutes = text.slice(at + 10, at + 17)
    if (hoursAndMinutes !== clock) {
      clock = hoursAndMinutes
      minute = CLOCK.test(clock) ? two(clock, 1) * 60 + two(clock, 4) : NaN
    }
    const { end, value } = fraction(text, at + 19)
    const second = two(text, at + 17)
    if (second > 60) return NaN
    return midnight + (minute * 60 + second) * 1000 + value - offset(text, end)
  }
}

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: the number that stands in a text and counts from 1970, such as
 * `1767225600.125`, in milliseconds. Where no number stands the key is NaN, which a merge refuses with a `KeyError` that
 * names the item.
 *
 * @example
 * Array.from(['1767225600.125 a', '1767225601 b'].map(epochTime())) // => [1767225600125, 1767225601000]
 */
export function epochTime(options: EpochOptions = {}): (text: string) => number {
  checkOptions(options, { at: countOrNone, unit: oneOf('s', 'ms') })
  const { at = 0, unit = 's' } = options
  const scale = unit === 's' ? 1000 : 1
  return (text) => {
    let whole = NaN
    let end = at
    for (let digit = digitAt(text, end); digit >= 0; digit = digitAt(text, ++end))
      whole = end === at ? digit : whole * 10 + digit
    return whole * scale + (fraction(text, end).value * scale) / 1000
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/
const CLOCK = /^[T ](?:[01]\d|2[0-4]):[0-5]\d:$/
const ZERO = 48
const DOT = 46
const COMMA = 44
const COLON = 58
const PLUS = 43
const MINUS = 45

/** -1 where none stands. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}

function two(text: string, at: number): number {
  const tens = digitAt(text, at)
  const ones = digitAt(text, at + 1)
  return tens < 0 || ones < 0 ? NaN : tens * 10 + ones
}

/** What stands behind a dot or a comma, in thousandths, and where it ends. */
function fraction(text: string, at: number): { end: number; value: number } {
  const point = text.charCodeAt(at)
  if (point !== DOT && point !== COMMA) return { end: at, value: 0 }
  let end = at + 1
  let value = 0
  let scale = 100
  for (let digit = digitAt(text, end); digit >= 0; digit = digitAt(text, ++end)) {
    value += digit * scale
    scale /= 10
  }
  return { end, value }
}

/** How far a time is ahead of UTC. */
function offset(text: string, at: number): number {
  const sign = text.charCodeAt(at)
  if (sign !== PLUS && sign !== MINUS) return 0
  const minutes = two(text, at + 1) * 60 + two(text, text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3)
  return (sign === MINUS ? -1 : 1) * minutes * 60_000
}
