import { COLON, digitAt, isPointAt, twoDigits } from './time-digits.ts'
import type { ToUtc } from './time-zone.ts'

/** Reads `hh:mm:ss`, its fraction and its offset, of the day that begins at `midnight`, and returns the time in UTC. */
export type ClockReader = (text: string, at: number, midnight: number) => number

/** Reads the offset that follows a clock time: `undefined` if there is none, NaN if the time is invalid because of it. */
export type OffsetReader = (text: string, at: number) => number | undefined

export function clockReader(toUtc: ToUtc, offsetAt: OffsetReader): ClockReader {
  // Successive times are close to each other, so the minute is usually that of the previous text. Comparing a substring is faster
  // than parsing it.
  let minute = ''
  let minutes = NaN
  return (text, at, midnight) => {
    const newMinute = text.slice(at, at + 6)
    if (newMinute !== minute) {
      minute = newMinute
      minutes = minutesOf(minute)
    }
    const second = twoDigits(text, at + 6)
    if (second < 0) return NaN
    let end = at + 8
    let fraction = 0
    if (isPointAt(text, end)) {
      const point = end
      let units = 1
      for (let digit = digitAt(text, ++end); digit >= 0; digit = digitAt(text, ++end)) {
        fraction = fraction * 10 + digit
        units *= 10
      }
      fraction = (fraction * 1000) / units
      if (end > point + EXACT_DIGITS) fraction = longFraction(text.slice(point + 1, end))
      else if (end === point + 1) end = point
    }
    const offset = offsetAt(text, end)
    const time = midnight + (minutes * 60 + second) * 1000
    if (second < 60) return (offset === undefined ? toUtc(time) : time - offset) + fraction
    if (second !== 60 || minutes !== LAST_MINUTE) return NaN
    const before = time - 1000
    return justBelow((offset === undefined ? toUtc(before) : before - offset) + 1000)
  }
}

const LAST_MINUTE = 24 * 60 - 1

/** The minute of the day, from `hh:mm:`. */
function minutesOf(text: string): number {
  if (text.charCodeAt(2) !== COLON || text.charCodeAt(5) !== COLON) return NaN
  const hour = twoDigits(text, 0)
  const minute = twoDigits(text, 3)
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? hour * 60 + minute : NaN
}

/** Up to this length (with the point), the digits of a fraction form an integer that a double represents exactly. */
export const EXACT_DIGITS = 13

/** Converts a fraction to milliseconds when it has too many digits to be an exact integer. */
const longFraction = (digits: string): number => Number(`${digits}e${3 - digits.length}`)

/** The next smaller double, for a number that is not a power of two. */
const justBelow = (time: number): number =>
  time === 0 ? -Number.MIN_VALUE : time - Math.abs(time) * 2 ** -53
