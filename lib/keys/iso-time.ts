import { nonNegativeInteger, oneOf, readOptions } from '../kernel/options.ts'
import { noteZone } from './zone-of-key.ts'
import { COLON, COMMA, digitAt, DOT, isDigitAt, MINUS, PLUS, SLASH, SPACE, twoDigits } from './time-digits.ts'
import { offsetAfter } from './time-ending.ts'
import { isFixed, toUtcOf, zoneRule } from './time-zone.ts'
import { zoneNamesOf, zonesRule, type ZoneNames } from './time-zone-names.ts'

export interface TimeOptions {
  /** The index in the text where the time begins; by default the beginning, after any brackets and quotes. */
  at?: number | undefined
  /**
   * The zone of times without an offset: `'UTC'`, the default, `'local'`, `'+02:00'`, or an IANA name such as
   * `'Europe/Berlin'`.
   */
  zone?: string | undefined
  /** The offsets of time zone names, such as `{ PDT: '-07:00' }`. */
  zones?: ZoneNames | undefined
  /** `'yy/mm/dd'` for years of two digits: 69 to 99 are 1969 to 1999, as in POSIX. */
  order?: 'yy/mm/dd' | undefined
}

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: parses the time that a text begins with, such as
 * `2026-01-31T23:59:59.999Z`, and returns it in milliseconds since 1970. Merging by numbers is much faster than by strings.
 *
 * Forms: `T` or a space between date and time; `-` or `/` between the parts of the date; a fraction after `.` or `,`, kept to
 * the precision of a double. Without `at`, any of `[({<"'` and the backtick may precede the time.
 *
 * Offsets: `Z`, `+01:00`, `+0100` or `+01` directly after the seconds or their fraction; `+0100` or `+01:00` after a space,
 * unless a letter, a digit or a decimal follows, as in `-12345`. After a space, `Z`, `UTC` and `GMT` mean UTC. EST EDT CST CDT
 * MST MDT PST PDT CET CEST EET EEST WET WEST BST MSK IST JST AEST AEDT, and forms such as `GMT+3`, give NaN unless `zones` has
 * their offsets, because most of them mean different things in different places. AM and PM give NaN as well, because 12-hour
 * clocks are not supported. Any other word is ignored, as part of the text.
 *
 * Zones: a time without an offset is in `zone`. If a time occurs twice there, because clocks are set back, the earlier one is
 * used; a time that is skipped gives NaN. A log written in such a zone therefore goes backwards once a year, which `merge`
 * rejects with an `OrderError`: use `mergeBoundedLateness`, or write logs in UTC. `'local'` is the zone of the machine at the
 * call.
 *
 * Leap seconds: `23:59:60`, with any fraction, gives the largest number below the next midnight.
 *
 * Errors: returns NaN, which a merge rejects with a `KeyError` that names the item, if there is no time; if the day, hour or
 * minute does not exist; or if the time is directly followed by letters, digits, `:` and a digit, or a sign and a digit that
 * are not an offset.
 *
 * @example
 * Array.from(['2026-01-01T00:00:00.5Z a', '[2026/01/01 01:00:01 +0100] b'].map(isoTime())) // => [1767225600500, 1767225601000]
 * @example
 * isoTime({ zone: 'America/New_York' })('2026-07-01 08:00:00,250 INFO') // => Date.UTC(2026, 6, 1, 12, 0, 0, 250)
 * @example
 * isoTime({ zones: { PDT: '-07:00' } })('2026-07-01 05:00:00 PDT LOG') // => Date.UTC(2026, 6, 1, 12)
 */
export function isoTime(options: TimeOptions = {}): (text: string) => number {
  const settings = readOptions(options, {
    at: nonNegativeInteger,
    zone: zoneRule,
    zones: zonesRule,
    order: oneOf('yy/mm/dd'),
  })
  const { at, zone = 'UTC', zones = {}, order } = settings
  const toUtc = toUtcOf(zone)
  const nameAt = zoneNamesOf(zones)
  const yearDigits = order === undefined ? 4 : 2
  const dateLength = yearDigits + '-mm-dd'.length
  const first = at ?? 0
  let date = ''
  let midnight = NaN
  let clock = ''
  let minutes = NaN
  let ending = ''
  let gluedOffset: number | undefined
  // Successive times are close to each other, so the date, the minute and the offset are usually those of the previous text, and
  // are cached.
  const key = (text: unknown): number => {
    if (typeof text !== 'string') return NaN
    let end = first + dateLength
    let newDate = text.slice(first, end)
    if (newDate !== date) {
      if (at === undefined && !isDigitAt(text, 0)) {
        end = skipOpening(text) + dateLength
        newDate = text.slice(end - dateLength, end)
      }
      if (newDate !== date) {
        date = newDate
        midnight = midnightOf(date, yearDigits)
      }
    }
    const newClock = text.slice(end, end + 7)
    if (newClock !== clock) {
      clock = newClock
      minutes = minutesOf(clock)
    }
    const second = twoDigits(text, end + 7)
    end += 9
    let fraction = 0
    let code = text.charCodeAt(end)
    if (code === DOT || code === COMMA) {
      const point = end
      let units = 1
      for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end)) {
        fraction = fraction * 10 + digit
        units *= 10
      }
      fraction = (fraction * 1000) / units
      if (end > point + EXACT_DIGITS) fraction = longFraction(text.slice(point + 1, end))
      else if (end === point + 1) end = point
      code = text.charCodeAt(end)
    }
    let offset: number | undefined = 0
    if (code === PLUS || code === MINUS) {
      const newEnding = text.slice(end, end + ENDING)
      if (newEnding !== ending) {
        ending = newEnding
        gluedOffset = offsetAfter(ending, 0, nameAt)
      }
      offset = gluedOffset
    } else if (code !== Z || text.charCodeAt(end + 1) !== SPACE) offset = offsetAfter(text, end, nameAt)
    const time = midnight + (minutes * 60 + second) * 1000
    if (second < 60) return (offset === undefined ? toUtc(time) : time - offset) + fraction
    if (second !== 60 || minutes !== LAST_MINUTE) return NaN
    const before = time - 1000
    return justBelow((offset === undefined ? toUtc(before) : before - offset) + 1000)
  }
  return isFixed(zone) ? key : noteZone(key, zone)
}

/** Up to this length (with the point), the digits of a fraction form an integer that a double represents exactly. */
const EXACT_DIGITS = 13
/** The length of the longest offset, plus two characters that show whether it ends there. */
const ENDING = '+hh:mm'.length + 2
const LAST_MINUTE = 24 * 60 - 1
/** Two-digit years from here on are 19yy, as in POSIX. */
const FIRST_OF_1900 = 69
const T = 84
const Z = 90

/** The start of a day; NaN if the date does not exist. */
function midnightOf(text: string, yearDigits: number): number {
  const separator = text.charCodeAt(yearDigits)
  if (separator !== MINUS && separator !== SLASH) return NaN
  if (text.charCodeAt(yearDigits + 3) !== separator) return NaN
  const [high, low] = [twoDigits(text, 0), twoDigits(text, 2)]
  const year = yearDigits === 4 ? high * 100 + low : high + (high < FIRST_OF_1900 ? 2000 : 1900)
  const [month, day] = [twoDigits(text, yearDigits + 1), twoDigits(text, yearDigits + 4)]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : NaN
}

/** The minute of the day, from `Thh:mm:` or ` hh:mm:`. */
function minutesOf(text: string): number {
  const between = text.charCodeAt(0)
  if (between !== T && between !== SPACE) return NaN
  if (text.charCodeAt(3) !== COLON || text.charCodeAt(6) !== COLON) return NaN
  const [hour, minute] = [twoDigits(text, 1), twoDigits(text, 4)]
  return hour < 24 && minute < 60 ? hour * 60 + minute : NaN
}

/** Converts a fraction to milliseconds when it has too many digits to be an exact integer. */
const longFraction = (digits: string): number => Number(`${digits}e${3 - digits.length}`)

/** Skips brackets and quotes at the beginning. */
function skipOpening(text: string): number {
  let at = 0
  while (OPENING.includes(text.charCodeAt(at))) at++
  return at
}
const OPENING = Array.from('[({<"\'`', (character) => character.charCodeAt(0))

/** The next smaller double, for a number that is not a power of two. */
const justBelow = (time: number): number =>
  time === 0 ? -Number.MIN_VALUE : time - Math.abs(time) * 2 ** -53
