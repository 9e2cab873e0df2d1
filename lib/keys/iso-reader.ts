import type { ClockReader } from './clock-reader.ts'
import { midnightOf } from './time-calendar.ts'
import { MINUS, SLASH, SPACE, twoDigits } from './time-digits.ts'

/** Reads the date and time that begin at a position. */
export type TimeReader = (text: string, at: number) => number

/** Two-digit years from here on are 19yy, as in POSIX. */
const FIRST_OF_1900 = 69
const T = 84

/** Reads `yyyy-mm-dd` or, with `yearDigits` of 2, `yy-mm-dd`, and the time of day behind `T` or a space. */
export function isoReader(clock: ClockReader, yearDigits: 2 | 4 = 4): TimeReader {
  const length = yearDigits + '-mm-ddT'.length
  // Successive times are close to each other, so the date is usually that of the previous text.
  let date = ''
  let midnight = NaN
  return (text, at) => {
    const end = at + length
    const newDate = text.slice(at, end)
    if (newDate !== date) {
      date = newDate
      midnight = midnightIn(date, yearDigits)
    }
    return clock(text, end, midnight)
  }
}

/** The start of the day, from a date and what stands between date and time. */
function midnightIn(text: string, yearDigits: number): number {
  const separator = text.charCodeAt(yearDigits)
  if (separator !== MINUS && separator !== SLASH) return NaN
  const between = text.charCodeAt(yearDigits + 6)
  if (text.charCodeAt(yearDigits + 3) !== separator || (between !== T && between !== SPACE)) return NaN
  const year = yearDigits === 4 ? fourDigits(text) : yearOfTwoDigits(text)
  return midnightOf(year, twoDigits(text, yearDigits + 1), twoDigits(text, yearDigits + 4))
}

function fourDigits(text: string): number {
  const high = twoDigits(text, 0)
  const low = twoDigits(text, 2)
  return high < 0 || low < 0 ? NaN : high * 100 + low
}

function yearOfTwoDigits(text: string): number {
  const year = twoDigits(text, 0)
  return year < 0 ? NaN : year + (year < FIRST_OF_1900 ? 2000 : 1900)
}

/** The position behind any brackets and quotes that stand at `at`. */
export function skipOpening(text: string, at: number): number {
  while (isOpeningAt(text, at)) at++
  return at
}

const OPENING = new Uint8Array(128)
for (const character of '[({<"\'`') OPENING[character.charCodeAt(0)] = 1

export const isOpeningAt = (text: string, at: number): boolean => OPENING[text.charCodeAt(at)] === 1
