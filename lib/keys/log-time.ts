import { readOptions } from '../kernel/options.ts'
import { clfReader } from './clf-reader.ts'
import { clockReader } from './clock-reader.ts'
import { epochReader } from './epoch-time.ts'
import { isoReader, type TimeReader } from './iso-reader.ts'
import type { TimeOptions } from './iso-time.ts'
import { jsonReader } from './json-reader.ts'
import { logReader } from './log-reader.ts'
import { isContinuation, isIsoAt } from './log-shapes.ts'
import { quotedReader } from './quoted-reader.ts'
import { syslogReader } from './syslog-reader.ts'
import { twoDigits } from './time-digits.ts'
import { endingReader } from './time-ending.ts'
import { zoneNamesOf, zonesRule } from './time-zone-names.ts'
import { toUtcOf, zoneRule } from './time-zone.ts'
import { yearlessReader, yearRules, type YearOptions } from './yearless-reader.ts'
import { noteZone } from './zone-of-key.ts'

export interface LogTimeOptions extends Pick<TimeOptions, 'zone' | 'zones'>, YearOptions {}

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: finds the time in a line of a log by its shape, and returns it in
 * milliseconds since 1970.
 *
 * Shapes: the first of these that begins in the first 128 characters decides. If what stands there is invalid, the result is NaN,
 * and nothing else is tried.
 * - a date of numbers with a time, as in `isoTime`: `2026-01-31T23:59:59.999Z`, `[2026-01-31 23:59:59,999]`, or with slashes, as
 *   nginx writes errors
 * - an access log, as in `clfTime`: `[31/Jan/2026:23:59:59 +0000]`
 * - both forms of syslog, as in `syslogTime`
 * - an object of JSON, as in `jsonTime` without a path. Only its members count, never what stands in a message.
 * - a field `time=` or `ts=` of logfmt; the values of other fields are skipped
 * - klog, as Kubernetes writes it: `I0131 23:59:59.999999 1 main.go:1] x`
 * - a Unix time of 10, 13, 16 or 19 digits, with or without a fraction, between 2000 and 2100, but only if it begins the line
 *
 * A time may stand behind other text, such as the name of a container, but not directly behind a letter, a digit or one of
 * `-_./+\%&?=~`. A date whose order would have to be guessed, such as `17/06/09 20:10:40`, gives NaN: use `isoTime` with `order`.
 *
 * A guess: what has such a shape is taken for the time of the line, even if it is part of a message in a log that has no times. If
 * all lines have the same format, the key of that format is safer, and it is faster.
 *
 * Years and zones: `year` or `before` gives the year of syslog and klog, as in `syslogTime`; with neither, these lines give NaN. A
 * time without an offset is in `zone`, and `zones` has the offsets of names of zones, as in `isoTime`.
 *
 * Errors: returns NaN if there is no time, which a merge rejects with a `KeyError` that names the item, unless its option `keyless`
 * says otherwise. A line that begins with white space, `#`, `}`, `)` or `Caused by` has none, because it goes on with the record
 * before it. Throws an `ArgumentError` for both `year` and `before`.
 *
 * See also: `isoTime`, `epochTime`, `clfTime`, `syslogTime`, `jsonTime`, and `multiline`, which makes one item of the lines of a
 * record.
 *
 * @example
 * const lines = ['web-1 | 2026-01-01T00:00:00Z a', '{"level":30,"time":1767225601000}', 'level=info ts=1767225602 msg=c', '  at main']
 * lines.map(logTime()) // => [1767225600000, 1767225601000, 1767225602000, NaN]
 * @example
 * logTime({ year: 2026, zone: 'Europe/Berlin' })('Jul  1 14:00:00 host cron[5]: x') // => Date.UTC(2026, 6, 1, 12)
 */
export function logTime(options: LogTimeOptions = {}): (text: string) => number {
  const {
    zone = 'UTC',
    zones = {},
    ...years
  } = readOptions(options, { zone: zoneRule, zones: zonesRule, ...yearRules })
  const toUtc = toUtcOf(zone)
  const ending = endingReader(zoneNamesOf(zones))
  const clock = clockReader(toUtc, ending)
  const iso = isoReader(clock)
  const epoch = epochReader('auto')
  const afterDay = yearlessReader(years, clock)
  const klog: TimeReader = (text, at) =>
    afterDay(text, at + 'I0131 '.length, twoDigits(text, at + 1), twoDigits(text, at + 3))
  const read = logReader({
    iso,
    clf: clfReader(),
    syslog: syslogReader(years, toUtc, ending),
    klog,
    json: jsonReader(undefined, iso, epoch),
    quoted: quotedReader(iso, epoch),
    epoch,
  })
  const key = (text: unknown): number => {
    if (typeof text !== 'string' || isContinuation(text)) return NaN
    return isIsoAt(text, 0) ? iso(text, 0) : read(text)
  }
  return noteZone(key, zone)
}
