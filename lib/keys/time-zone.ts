import type { Rule } from '../kernel/options.ts'
import { fixedOffset } from './time-offset.ts'

/** Converts a local time, given in milliseconds as if it were UTC, to UTC; NaN for a time that is skipped in the zone. */
export type ToUtc = (clock: number) => number

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

/** More than the offset of any zone ever; and no zone has two changes within a day plus twice this time. */
const FARTHEST = 16 * HOUR

/** The time of the last Date, and without its sign that of the first. */
const LAST_DATE = 8.64e15

/** How many days are cached. Only completely unordered input has times of more days at once. */
const MAX_CACHED_DAYS = 1000

export const zoneRule: Rule = {
  expected: `'UTC', 'local', an offset such as '+02:00', or an IANA time zone such as 'Europe/Berlin'`,
  holds: (value) => typeof value === 'string' && (value === 'local' || isFixed(value) || isTimeZone(value)),
}

/** `'local'` is resolved now, so that a key function stays consistent if the time zone of the machine changes later. */
export function toUtcOf(zone: string): ToUtc {
  if (!isFixed(zone)) return cachedToUtc(formatOf(zone === 'local' ? undefined : zone))
  const offset = fixedOffset(zone)
  return (clock) => clock - offset
}

/** Whether the zone is a fixed offset, whose clocks are never changed. */
export const isFixed = (zone: string): boolean => !Number.isNaN(fixedOffset(zone))

/** Node also accepts abbreviations that IANA has not, and has its own idea of them: BST is in Bangladesh. */
const THREE_LETTERS = 'CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' ')

function isTimeZone(name: string): boolean {
  // Some versions of Node also accept offsets of other forms as time zones.
  if (!/^[a-z]/i.test(name)) return false
  if (name.length === 3 && !THREE_LETTERS.includes(name.toUpperCase())) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

const formatOf = (timeZone: string | undefined): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })

/** The offsets before and after a local day, and the time of the change in UTC; Infinity if there is none. */
interface Day {
  readonly before: number
  readonly change: number
  readonly after: number
}

/** Zone lookups are slow, and most times fall on the same day as the previous one, so the offsets are cached by day. */
function cachedToUtc(format: Intl.DateTimeFormat): ToUtc {
  const days = new Map<number, Day>()
  let index = NaN
  let day: Day = { before: NaN, change: NaN, after: NaN }
  return (clock) => {
    if (Number.isNaN(clock)) return NaN
    const dayIndex = Math.floor(clock / DAY)
    if (dayIndex !== index) {
      index = dayIndex
      day = days.get(index) ?? dayOf(format, index * DAY)
      if (days.size === MAX_CACHED_DAYS) days.clear()
      days.set(index, day)
    }
    const { before, change, after } = day
    if (clock - before < change) return clock - before
    return clock - after >= change ? clock - after : NaN
  }
}

function dayOf(format: Intl.DateTimeFormat, midnight: number): Day {
  let low = Math.max(midnight - FARTHEST, -LAST_DATE)
  let high = Math.min(midnight + DAY + FARTHEST, LAST_DATE)
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

/** The offset of the zone at a time, in milliseconds. Before zones were standardised, offsets had seconds too. */
function offsetIn(format: Intl.DateTimeFormat, time: number): number {
  const match = OFFSET.exec(format.format(time)) as RegExpExecArray
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match
  const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND
  return sign === '-' ? -ahead : ahead
}
