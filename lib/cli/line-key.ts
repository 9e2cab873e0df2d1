import { clfTime, epochTime, isoTime, jsonTime, logTime, syslogTime, type ZoneNames } from '../common.ts'
import { memberAt, skipBlanks } from '../keys/json-members.ts'
import { shapeReader } from '../keys/log-shape.ts'
import { DataError } from './failure.ts'
import { textOf } from './files.ts'
import { usable } from './usage.ts'

export type KeyOf = (line: string) => number | bigint | string | undefined

export interface KeyOptions {
  /** A column, a field of JSON or a regular expression; undefined for the time of the line. */
  readonly key?: string | undefined
  /** Whether a key that is text is read as a number. */
  readonly isNumeric?: boolean
  /** A format; undefined to recognise it. */
  readonly time?: string | undefined
  readonly zone?: string | undefined
  /** The offsets of names of zones. */
  readonly zones?: ZoneNames | undefined
  readonly year?: number | undefined
}

export interface KeyedFile {
  readonly name: string
  /** The time that syslog times, which have no year, are at or before; undefined if it is not known. */
  readonly before: number | undefined
}

/** The key of the lines of a file. */
export function keyOfFile(options: KeyOptions, file: KeyedFile): KeyOf {
  const { key, isNumeric = false, time } = options
  if (key === undefined) return timeOf(options, file)
  const partOf = partReader(key)
  if (isNumeric) return (line) => numberOf(partOf(line))
  if (time === undefined) return partOf
  const read = timeOf(options, file)
  return (line) => {
    const part = partOf(line)
    return part === undefined ? undefined : read(String(part))
  }
}

/** A part that is text as a number, or as a bigint if a number would lose digits; undefined if it is not a number. */
function numberOf(part: ReturnType<ReadPart>): number | bigint | undefined {
  if (typeof part !== 'string') return part
  const value = Number(part)
  if (part.trim() === '' || Number.isNaN(value)) return undefined
  return /^-?\d+$/.test(part) && !Number.isSafeInteger(value) ? BigInt(part) : value
}

type Read = (line: string) => number

const FORMATS = 'iso, epoch, clf, syslog, json, json:PATH, or an order of the date such as yy/mm/dd'

/** Reads the time in a line that has a character for each byte. */
function timeOf(options: KeyOptions, file: KeyedFile): Read {
  const read = textTimeOf(options, file)
  return (line) => read(textOf(line))
}

function textTimeOf({ time, zone, zones = {}, year }: KeyOptions, { name, before }: KeyedFile): Read {
  const inZone = { zone, zones }
  const years = year !== undefined ? { year } : before !== undefined ? { before } : {}
  const [format, ...path] = time?.split(':') ?? []
  switch (format) {
    case undefined:
      return withYear(logTime({ ...inZone, ...years }), name, year ?? before)
    case 'iso':
      return isoTime(inZone)
    case 'epoch':
      return epochTime()
    case 'clf':
      return clfTime()
    case 'syslog':
      return withYear(syslogTime({ zone, ...years }), name, year ?? before)
    case 'json':
      return path.length === 0 ? jsonTime(undefined, inZone) : jsonTime(path.join(':'), inZone)
    default:
      return usable(
        () => isoTime({ ...inZone, order: time as 'yy/mm/dd' }),
        `--time ${time} cannot be used: give ${FORMATS}`,
      )
  }
}

/** A line without a year would otherwise count as one that goes on with the record before it. */
function withYear(read: Read, name: string, year: number | undefined): Read {
  if (year !== undefined) return read
  const shapeOf = shapeReader()
  return (line) => {
    const time = read(line)
    const shape = Number.isNaN(time) ? shapeOf(line) : undefined
    if (shape === 'syslog' || shape === 'klog')
      throw new DataError(`${name}: times without a year: give --year`)
    return time
  }
}

export type ReadPart = (line: string) => string | number | bigint | undefined

/** Reads the part of a line that an option names. */
export function partReader(key: string, option = '--key'): ReadPart {
  if (/^[1-9]\d*$/.test(key)) return columnReader(Number(key))
  const pattern = /^\/(.+)\/([a-z]*)$/.exec(key)
  if (pattern === null) return memberReader(key.split('.'))
  const expression = usable(
    () => new RegExp(pattern[1] as string, pattern[2]),
    `${option} ${key} cannot be used: give a regular expression`,
  )
  return (line) => {
    const match = expression.exec(line)
    return match === null ? undefined : (match.groups?.['key'] ?? match[1] ?? match[0])
  }
}

/** What messages call the part that an option names. */
export const partName = (key: string): string => (/^[1-9]\d*$/.test(key) ? `column ${key}` : key)

/** The column with this number, from 1; columns are separated by spaces and tabs. */
function columnReader(column: number): ReadPart {
  const expression = new RegExp(`^[ \\t]*(?:[^ \\t]+[ \\t]+){${column - 1}}([^ \\t\\r]+)`)
  return (line) => expression.exec(line)?.[1]
}

/** A member of a JSON object, by the names that lead to it. */
function memberReader(names: readonly string[]): ReadPart {
  return (line) => {
    let value: unknown = parseOrUndefined(line)
    for (const name of names)
      value =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
    if (typeof value === 'number') return exactly(value, line, names)
    return typeof value === 'string' ? value : undefined
  }
}

/** An integer with more digits than a number holds, such as an id of 64 bits, is read as a bigint. */
function exactly(value: number, line: string, names: readonly string[]): number | bigint {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value
  const at = names.reduce((object, name) => memberAt(line, object, [name]), skipBlanks(line, 0))
  const digits = /^-?\d+(?![\d.eE])/.exec(line.slice(at))?.[0]
  return digits !== undefined && Number(digits) === value ? BigInt(digits) : value
}

function parseOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
