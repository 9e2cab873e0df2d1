import { readOptions } from '../kernel/options.ts'
import { clockReader } from './clock-reader.ts'
import { isoReader } from './iso-reader.ts'
import { syslogReader } from './syslog-reader.ts'
import { endOfDigits, isDigitAt, SPACE } from './time-digits.ts'
import { endingReader } from './time-ending.ts'
import { zoneNamesOf } from './time-zone-names.ts'
import { toUtcOf, zoneRule } from './time-zone.ts'
import { yearRules, type YearOptions } from './yearless-reader.ts'
import { noteZone } from './zone-of-key.ts'

export interface SyslogOptions extends YearOptions {
  /**
   * The zone of times without an offset: `'UTC'`, the default, `'local'`, `'+02:00'`, or an IANA name such as
   * `'Europe/Berlin'`.
   */
  zone?: string | undefined
}

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: parses the time of a syslog line and returns it in milliseconds since
 * 1970.
 *
 * Forms: RFC 5424, as in `<34>1 2003-10-11T22:14:15.003Z host`, and RFC 3164, as in `<34>Oct 11 22:14:15 host`. The priority and
 * the version may be missing, as they are in files. The day has two characters: `Oct  1` or `Oct 01`. A date of numbers is read in
 * all forms that `isoTime` reads, with the same offsets.
 *
 * Years: RFC 3164 does not write the year. Give it as `year`; or give `before`, such as the time when the file was last modified.
 * Each time is then in the latest year that puts it at or before that. February 29 is thus in a leap year, and a log of up to a
 * year that runs over New Year stays in order. With neither, such a time gives NaN, and so does one that a year follows.
 *
 * Zones: a time without an offset is in `zone`, as with `isoTime`. If a time occurs twice there, the earlier one is used; a time
 * that is skipped gives NaN.
 *
 * Errors: returns NaN, which a merge rejects with a `KeyError` that names the item, if the text does not begin with such a time, or
 * if the day, hour or minute does not exist. Throws an `ArgumentError` for both `year` and `before`.
 *
 * See also: `isoTime`, and `logTime`, which reads several formats.
 *
 * @example
 * syslogTime()('<34>1 2003-10-11T22:14:15.003Z host su - - - failed') // => Date.UTC(2003, 9, 11, 22, 14, 15, 3)
 * @example
 * syslogTime({ year: 2003, zone: '-07:00' })('<34>Oct 11 22:14:15 host su: failed') // => Date.UTC(2003, 9, 12, 5, 14, 15)
 * @example
 * const lines = ['Dec 31 23:59:59 host a', 'Jan  1 00:00:00 host b']
 * lines.map(syslogTime({ before: new Date('2026-01-05') })) // => [Date.UTC(2025, 11, 31, 23, 59, 59), Date.UTC(2026, 0, 1)]
 */
export function syslogTime(options: SyslogOptions = {}): (text: string) => number {
  const { zone = 'UTC', ...years } = readOptions(options, { ...yearRules, zone: zoneRule })
  const toUtc = toUtcOf(zone)
  const ending = endingReader(zoneNamesOf({}))
  const iso = isoReader(clockReader(toUtc, ending))
  const syslog = syslogReader(years, toUtc, ending)
  const key = (text: unknown): number => {
    if (typeof text !== 'string') return NaN
    const start = afterPriority(text)
    return isDigitAt(text, start) ? iso(text, start) : syslog(text, start)
  }
  return noteZone(key, zone)
}

const LESS = 60
const GREATER = 62
const ONE = 49

/** The position behind `<34>`, or `<34>1 `, which is the version that RFC 5424 defines. */
function afterPriority(text: string): number {
  if (text.charCodeAt(0) !== LESS) return 0
  const end = endOfDigits(text, 1)
  if (end === 1 || end > 4 || text.charCodeAt(end) !== GREATER) return 0
  return text.charCodeAt(end + 1) === ONE && text.charCodeAt(end + 2) === SPACE ? end + 3 : end + 1
}
