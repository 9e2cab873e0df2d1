import { checkOperands, nameOf, STDIN } from './files.ts'
import type { KeyOptions } from './line-key.ts'
import { timeFormats, type TimeFormatOf } from './time-formats.ts'
import { durationOf, timeOfOption, zonesOf } from './times.ts'
import { usable, UsageError, type Parsed } from './usage.ts'
import { outputOf } from './write-out.ts'

/** What a command line of `fanpipe merge` asks for. */
export interface MergeSettings {
  readonly files: readonly string[]
  /** What the keys of all files have in common. */
  readonly keys: Omit<KeyOptions, 'time'>
  readonly timeFormatOf: TimeFormatOf
  /** The keys are times, rather than text or numbers. */
  readonly isTimed: boolean
  readonly isReversed: boolean
  /** How much lines may be out of order, in milliseconds; undefined if they must not be. */
  readonly lateness: number | undefined
  readonly isUnique: boolean
  readonly pattern: RegExp | undefined
  readonly since: number | undefined
  readonly until: number | undefined
  readonly last: number | undefined
  readonly hasLabels: boolean
  readonly follows: boolean
  readonly output: string | undefined
  /** Only checks the order, or only explains the files. */
  readonly only: 'check' | 'explain' | undefined
}

export function readMergeSettings(parsed: Parsed): MergeSettings {
  const { operands: files } = parsed
  if (files.length === 0) throw new UsageError('no file given; - is standard input')
  checkOperands(files)
  const follows = parsed.has('follow')
  if (follows && files.includes(STDIN)) throw new UsageError('--follow cannot be used with -')
  for (const [option, others] of EXCLUDED) {
    const other = others.find((name) => parsed.has(option) && parsed.has(name))
    if (other !== undefined) throw new UsageError(`--${option} cannot be used with --${other}`)
  }
  const keys = keysOf(parsed)
  const timeFormatOf = timeFormats(parsed.all('time'), files)
  const isTimed = keys.key === undefined || parsed.has('time')
  const untimed = files.find((file) => timeFormatOf(file) === undefined)
  if (keys.key !== undefined && isTimed && untimed !== undefined)
    throw new UsageError(`--time: with --key, give a format for ${nameOf(untimed)} too`)
  for (const option of ['late', 'since', 'until', 'last', 'follow'])
    if (!isTimed && parsed.has(option))
      throw new UsageError(`--${option} needs times: give --time with --key`)
  if (parsed.has('numeric') && (!parsed.has('key') || parsed.has('time')))
    throw new UsageError('--numeric needs --key, without --time')
  const last = mapped(parsed.get('last'), (text) => durationOf('--last', text))
  if (last !== undefined && files.includes(STDIN))
    throw new UsageError('--last cannot be used with -, whose newest time is known only at its end')
  const timeOf = (option: string) =>
    mapped(parsed.get(option), (text) => timeOfOption(`--${option}`, text, keys.zone))
  return {
    files,
    keys,
    timeFormatOf,
    isTimed,
    isReversed: parsed.has('reverse'),
    lateness: mapped(parsed.get('late'), (text) => durationOf('--late', text)) ?? (follows ? 0 : undefined),
    isUnique: parsed.has('unique'),
    pattern: mapped(parsed.get('grep'), patternOf),
    since: timeOf('since'),
    until: timeOf('until'),
    last,
    hasLabels: parsed.has('label'),
    follows,
    output: outputOf(parsed),
    only: parsed.has('check') ? 'check' : parsed.has('explain') ? 'explain' : undefined,
  }
}

const EXCLUDED = [
  ['follow', ['output', 'last', 'reverse', 'check', 'explain']],
  ['reverse', ['late']],
  ['check', ['explain', 'late', 'output']],
  ['explain', ['output']],
] as const

function keysOf(parsed: Parsed): MergeSettings['keys'] {
  const year = mapped(parsed.get('year'), (text) => {
    if (!/^(?!0000)\d{4}$/.test(text)) throw new UsageError(`--year ${text}: not a year of four digits`)
    return Number(text)
  })
  return {
    key: parsed.get('key'),
    isNumeric: parsed.has('numeric'),
    ...zonesOf(parsed.all('zone')),
    year,
  }
}

const patternOf = (text: string): RegExp =>
  usable(() => new RegExp(text, 'u'), `--grep ${text}: not a regular expression`)

const mapped = <A, B>(value: A | undefined, fn: (value: A) => B): B | undefined =>
  value === undefined ? undefined : fn(value)
