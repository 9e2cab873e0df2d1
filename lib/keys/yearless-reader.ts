import { ArgumentError } from '../errors.ts'
import type { Rule } from '../kernel/options.ts'
import type { ClockReader } from './clock-reader.ts'
import { midnightOf } from './time-calendar.ts'

/** How the year of a time that has none is found. */
export interface YearOptions {
  /** The year of times that have none. */
  year?: number | undefined
  /** Times that have no year are in the latest year that puts them at or before this time; may be given as milliseconds. */
  before?: Date | number | undefined
}

export const yearRules: Readonly<Record<'year' | 'before', Rule>> = {
  year: {
    expected: 'a year, as an integer from 1 to 9999',
    holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 9999,
  },
  before: {
    expected: 'a Date, or a number of milliseconds since 1970',
    holds: (value) =>
      (typeof value === 'number' || value instanceof Date) && !Number.isNaN(new Date(value).getTime()),
  },
}

/** Reads a time of day at a position, on a day whose year is not written. */
export type YearlessReader = (text: string, at: number, month: number, day: number) => number

const DAY = 86_400_000
/** February 29 may be missing for eight years; in Cairo, the clocks skipped the same hour every year from 1959 to 1981. */
const YEARS = 30

export function yearlessReader({ year, before }: YearOptions, clock: ClockReader): YearlessReader {
  if (year !== undefined && before !== undefined)
    throw new ArgumentError('before', 'omitted when year is given')
  const limit = before === undefined ? Infinity : Number(before)
  const last = before === undefined ? (year ?? NaN) : new Date(limit).getUTCFullYear() + 1
  const first = before === undefined ? last : last - YEARS
  /** The latest year whose day can lie before the limit; NaN if none has that day. No offset is a day or more. */
  const latestYear = (month: number, day: number): number => {
    let latest = last
    while (latest >= first && !(midnightOf(latest, month, day) - DAY <= limit)) latest--
    return latest >= first ? latest : NaN
  }
  // Successive times are close to each other, so the day is usually that of the previous text.
  let date = -1
  let latest = NaN
  let midnight = NaN
  return (text, at, month, day) => {
    const newDate = month * 100 + day
    if (newDate !== date) {
      date = newDate
      latest = latestYear(month, day)
      midnight = midnightOf(latest, month, day)
    }
    let time = clock(text, at, midnight)
    for (let earlier = latest - 1; !(time <= limit) && earlier >= first; earlier--)
      time = clock(text, at, midnightOf(earlier, month, day))
    return time <= limit ? time : NaN
  }
}
