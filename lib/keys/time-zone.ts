import type { Rule } from '../kernel/options.ts'
import { fixedOffset } from './time-offset.ts'

/** Turns what a clock of the zone shows, as if it were UTC, into UTC; NaN for a time that the zone does not have. */
export type ToUtc = (clock: number) => number

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

/** No zone was ever as far from UTC; and no two changes of one zone are as near to each other as a day and twice this. */
const FARTHEST = 16 * HOUR

/** Only texts in no order at all have times of so many days at once. */
const DAYS_KEPT = 1000

export const zoneRule: Rule = {
  expected: `'UTC', 'local', an offset such as '+02:00', or an IANA time zone such as 'Europe/Berlin'`,
  holds: (value) => typeof value === 'string' && (value === 'local' || isFixed(value) || isTimeZone(value)),
}

/** `'local'` is what the machine is set to now: a key gives the same answer also after that has changed. */
export function toUtcOf(zone: string): ToUtc {
  if (!isFixed(zone)) return changing(formatOf(zone === 'local' ? undefined : zone))
  const offset = fixedOffset(zone)
  return (clock) => clock - offset
}

/** Whether its clocks are never set back. */
export const isFixed = (zone: string): boolean => !Number.isNaN(fixedOffset(zone))

function isTimeZone(name: string): boolean {
  // some versions of Node take offsets of other forms for time zones
  if (!/^[a-z]/i.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

const formatOf = (timeZone: string | undefined): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })

/** The offsets at both ends of a day on the clock, and when in UTC the one becomes the other. */
interface Day {
  readonly before: number
  readonly change: number
  readonly after: number
}

/** Times are mostly of the day that the last was of, so what is looked up in the zone is kept by the day. */
function changing(format: Intl.DateTimeFormat): ToUtc {
  const days = new Map<number, Day>()
  let index = NaN
  let day: Day = { before: NaN, change: NaN, after: NaN }
  return (clock) => {
    if (Number.isNaN(clock)) return NaN
    const found = Math.floor(clock / DAY)
    if (found !== index) {
      index = found
      day = days.get(index) ?? dayOf(format, index * DAY)
      if (days.size === DAYS_KEPT) days.clear()
      days.set(index, day)
    }
    const { before, change, after } = day
    if (clock - before < change) return clock - before
    return clock - after >= change ? clock - after : NaN
  }
}

function dayOf(format: Intl.DateTimeFormat, midnight: number): Day {
  let [low, high] = [midnight - FARTHEST, midnight + DAY + FARTHEST]
  const [before, after] = [offsetIn(format, low), offsetIn(format, high)]
  if (before === after) return { before, change: Infinity, after }
  while (high - low > SECOND) {
    const middle = low + Math.floor((high - low) / (2 * SECOND)) * SECOND
    if (offsetIn(format, middle) === before) low = middle
    else high = middle
  }
  return { before, change: high, after }
}

/** Some versions of Node write an offset of zero as GMT, others as GMT+00:00. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

/** How far the zone is ahead of UTC at a time: before there were standards it was by seconds, too. */
function offsetIn(format: Intl.DateTimeFormat, time: number): number {
  const written = OFFSET.exec(format.format(time)) as RegExpExecArray
  const [, sign, hours = 0, minutes = 0, seconds = 0] = written
  const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND
  return sign === '-' ? -ahead : ahead
}
