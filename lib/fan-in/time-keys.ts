import { readOptions, countOrNone, oneOf } from '../cursor/options.ts'

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
 * Between date and time stands `T` or a space; a fraction follows a dot or a comma, and is exact to the microsecond; without
 * an offset (`Z`, `+01:00`, `-0800`, `+01`) the time is UTC. Where no such time stands the key is NaN, which a merge refuses
 * with a `KeyError` that names the item.
 *
 * @example
 * Array.from(['2026-01-01T00:00:00.5Z a', '2026-01-01 01:00:01+0100 b'].map(isoTime())) // => [1767225600500, 1767225601000]
 */
export function isoTime(options: TimeOptions = {}): (text: string) => number {
  const { at = 0 } = readOptions(options, { at: countOrNone })
  let day = ''
  let midnight = NaN
  let clock = ''
  let minute = NaN
  // Times that are merged are near each other: the date and the minute are mostly those of the last text.
  return (text) => {
    const date = text.slice(at, at + 10)
    if (date !== day) {
      day = date
      midnight = midnightOf(date)
    }
    const hoursAndMinutes = text.slice(at + 10, at + 17)
    if (hoursAndMinutes !== clock) {
      clock = hoursAndMinutes
      minute = CLOCK.test(clock) ? two(clock, 1) * 60 + two(clock, 4) : NaN
    }
    const second = two(text, at + 17)
    if (second > 60) return NaN
    let end = at + 19
    let fraction = 0
    let digits = 1
    if (isPoint(text, end)) {
      for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end)) {
        fraction = fraction * 10 + digit
        digits *= 10
      }
    } else if (digitAt(text, end) >= 0) return NaN
    const time = midnight + (minute * 60 + second) * 1000 + (fraction * 1000) / digits
    const sign = text.charCodeAt(end)
    return sign === PLUS || sign === MINUS ? time - offset(text, end) : time
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
  const { at = 0, unit = 's' } = readOptions(options, { at: countOrNone, unit: oneOf('s', 'ms') })
  const scale = unit === 's' ? 1000 : 1
  return (text) => {
    let end = at
    let whole = digitAt(text, end)
    if (whole < 0) return NaN
    for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end))
      whole = whole * 10 + digit
    let fraction = 0
    let digits = 1
    if (isPoint(text, end)) {
      for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end)) {
        fraction = fraction * 10 + digit
        digits *= 10
      }
    }
    return whole * scale + (fraction * scale) / digits
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/
const CLOCK = /^[T ](?:[01]\d|2[0-3]):[0-5]\d:$/
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

function isPoint(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === DOT || code === COMMA
}

/** NaN where there is no such day: Date takes the 31st of every month. */
function midnightOf(date: string): number {
  const midnight = DAY.test(date) ? Date.parse(date) : NaN
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date) ? midnight : NaN
}

/** How far a time is ahead of UTC, by what begins with a sign: hours, and minutes where they are said. */
function offset(text: string, at: number): number {
  const hours = two(text, at + 1)
  const more = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3
  const minutes = digitAt(text, more) < 0 ? 0 : two(text, more)
  if (hours > 23 || minutes > 59) return NaN
  return (text.charCodeAt(at) === MINUS ? -60_000 : 60_000) * (hours * 60 + minutes)
}
