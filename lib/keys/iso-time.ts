import { nonNegativeInteger, oneOf, readOptions } from '../kernel/options.ts'
import { noteBytesReader } from './bytes-reader.ts'
import { clockReader } from './clock-reader.ts'
import { isoBytesReader } from './iso-bytes-reader.ts'
import { isoReader, skipOpening } from './iso-reader.ts'
import { endingReader } from './time-ending.ts'
import { toUtcOf, zoneRule } from './time-zone.ts'
import { zoneNamesOf, zonesRule, type ZoneNames } from './time-zone-names.ts'
import { noteZone } from './zone-of-key.ts'

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
  const clock = clockReader(toUtcOf(zone), endingReader(zoneNamesOf(zones)))
  const read = isoReader(clock, order === undefined ? 4 : 2)
  const key = (text: unknown): number => {
    if (typeof text !== 'string') return NaN
    return read(text, at ?? skipOpening(text, 0))
  }
  // It skips no brackets: a time behind one is read from the text.
  if (order === undefined) noteBytesReader(key, isoBytesReader(read, at ?? 0))
  return noteZone(key, zone)
}
