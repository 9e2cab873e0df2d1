import { check, isListOf, oneOf, readOptions, type Rule } from '../kernel/options.ts'
import { clockReader } from './clock-reader.ts'
import { EPOCH_UNITS, epochReader, type EpochOptions } from './epoch-time.ts'
import { isoReader } from './iso-reader.ts'
import { type TimeOptions } from './iso-time.ts'
import { skipBlanks } from './json-members.ts'
import { jsonReader } from './json-reader.ts'
import { endingReader } from './time-ending.ts'
import { zoneNamesOf, zonesRule } from './time-zone-names.ts'
import { toUtcOf, zoneRule } from './time-zone.ts'
import { noteZone } from './zone-of-key.ts'

/** How a time that is a number is read (`unit`), and one that is a string (the others). */
export interface JsonTimeOptions extends Omit<TimeOptions, 'at'>, Pick<EpochOptions, 'unit'> {}

/** The name of a member; names with dots in between, or a list of names, lead to a member of a member. */
export type JsonPath = string | readonly (string | number)[]

const pathRule: Rule = {
  expected: `the name of a member, names with dots in between, or an array of names`,
  holds: (value) =>
    (typeof value === 'string' && value !== '') ||
    (isListOf(value, isName) && (value as unknown[]).length > 0),
}

const isName = (name: unknown): boolean => typeof name === 'string' || Number.isSafeInteger(name)

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: parses the time in a line of JSON, and returns it in milliseconds since
 * 1970. The line is not parsed, only scanned up to that time, so a line that was cut later on, or is otherwise invalid there, still
 * has its time.
 *
 * Where: by default in the first member of the object that is called `time`, `ts`, `timestamp`, `@timestamp` or `date`. A path names
 * another member, such as `'eventTime'`, or `'request.startedAt'` for a member of a member; `'records.0.time'` goes through an
 * array. In an array of names, such as `['log.time']`, dots have no meaning. If a name occurs twice, the first one counts.
 *
 * Forms: a number is read as by `epochTime`, with its `unit`, and so is a string of digits. Any other string is read as by
 * `isoTime`, with its `zone`, `zones` and `order`.
 *
 * Errors: returns NaN, which a merge rejects with a `KeyError` that names the item, if the text is not an object, the object has no
 * such member, or its value is no time or is cut off itself. Throws an `ArgumentError` for a path that is empty.
 *
 * See also: `isoTime`, `epochTime`, and `logTime`, which reads several formats.
 *
 * @example
 * Array.from(['{"level":30,"time":1767225600500}', '{"ts":"2026-01-01T00:00:01Z","msg":"cut'].map(jsonTime())) // => [1767225600500, 1767225601000]
 * @example
 * jsonTime('request.at', { zone: '+01:00' })('{"request":{"at":"2026-01-01 01:00:00"}}') // => Date.UTC(2026, 0, 1)
 */
export function jsonTime(path?: JsonPath, options: JsonTimeOptions = {}): (text: string) => number {
  if (path !== undefined) check(path, 'path', pathRule)
  const {
    zone = 'UTC',
    zones = {},
    order,
    unit = 'auto',
  } = readOptions(options, {
    zone: zoneRule,
    zones: zonesRule,
    order: oneOf('yy/mm/dd'),
    unit: oneOf(...EPOCH_UNITS),
  })
  const clock = clockReader(toUtcOf(zone), endingReader(zoneNamesOf(zones)))
  const iso = isoReader(clock, order === undefined ? 4 : 2)
  const read = jsonReader(typeof path === 'string' ? path.split('.') : path, iso, epochReader(unit))
  const key = (text: unknown): number => (typeof text === 'string' ? read(text, skipBlanks(text, 0)) : NaN)
  return noteZone(key, zone)
}
