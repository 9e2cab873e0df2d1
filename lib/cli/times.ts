import ms from 'ms'
import { isoTime, type ZoneNames } from '../common.ts'
import { usable, UsageError } from './usage.ts'

/** A duration with a unit, such as 90s, 5m or 2h, in milliseconds. */
export function durationOf(option: string, text: string): number {
  // What `ms` would take for milliseconds is as likely meant to be seconds.
  const hasUnit = text === '0' || /[a-z]$/i.test(text)
  const duration = hasUnit ? ms(text as ms.StringValue) : undefined
  if (duration === undefined || Number.isNaN(duration) || duration < 0)
    throw new UsageError(`${option} ${text}: not a duration with a unit, such as 90s, 5m or 2h`)
  return duration
}

/** A date, or a date and a time, in milliseconds since 1970. Nothing may follow it. */
export function timeOfOption(option: string, text: string, zone: string | undefined): number {
  const [, date, minute, seconds = ':00', offset = ''] = TIME.exec(text) ?? []
  const read = isoTime({ zone })
  const minutes = date !== undefined && minute === undefined ? minutesOfDay() : [minute]
  for (const minute of minutes) {
    const time = read(`${date} ${minute}${seconds}${offset}`)
    if (!Number.isNaN(time)) return time
  }
  throw new UsageError(`${option} ${text}: not a time such as 2026-01-31 or 2026-01-31T12:00`)
}

const TIME =
  /^(\d{4}[-/]\d\d[-/]\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d+)?)?( ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)|[+-]\d\d)?)?$/

/** A day begins later than at midnight if clocks are changed then. */
function* minutesOfDay(): Generator<string> {
  for (let minute = 0; minute < 24 * 60; minute++) yield new Date(minute * 60_000).toISOString().slice(11, 16)
}

/** The zone of times without an offset, and the offsets of names of zones; both are given by the same option. */
export function zonesOf(values: readonly string[]): {
  readonly zone: string | undefined
  readonly zones: ZoneNames
} {
  const isNamed = (value: string): boolean => value.includes('=')
  const [zone, second] = values.filter((value) => !isNamed(value))
  if (second !== undefined)
    throw new UsageError(`--zone ${second}: times without an offset are in ${zone} already`)
  if (zone !== undefined)
    usable(() => isoTime({ zone }), `--zone ${zone}: not a zone such as UTC, local, +02:00 or Europe/Berlin`)
  const zones: Record<string, string> = {}
  for (const value of values.filter(isNamed)) {
    const [name, offset] = [value.slice(0, value.indexOf('=')), value.slice(value.indexOf('=') + 1)]
    usable(
      () => isoTime({ zones: { [name]: offset } }),
      `--zone ${value}: not a name and its offset, such as PDT=-07:00`,
    )
    zones[name] = offset
  }
  return { zone, zones }
}
