import { clockReader, type ClockReader } from './clock-reader.ts'
import type { TimeReader } from './iso-reader.ts'
import { midnightOf, monthAt } from './time-calendar.ts'
import { COLON, isDigitAt, SLASH, SPACE, twoDigits } from './time-digits.ts'
import { offsetLength, offsetValue } from './time-offset.ts'

export const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93

/** Whether a bracket is followed by the first part of a date, as in `[10/O`. */
export const isClfAt = (text: string, at: number): boolean =>
  text.charCodeAt(at) === OPEN_BRACKET &&
  isDigitAt(text, at + 1) &&
  isDigitAt(text, at + 2) &&
  text.charCodeAt(at + 3) === SLASH

/** Reads `[10/Oct/2000:13:55:36 -0700]`, which begins with the bracket at a position. */
export function clfReader(): TimeReader {
  const clock: ClockReader = clockReader((time) => time, bracketedOffset)
  let date = ''
  let midnight = NaN
  return (text, at) => {
    const end = at + '[10/Oct/2000:'.length
    const newDate = text.slice(at + 1, end)
    if (newDate !== date) {
      date = newDate
      midnight = midnightIn(date)
    }
    return clock(text, end, midnight)
  }
}

function midnightIn(text: string): number {
  if (text.charCodeAt(2) !== SLASH || text.charCodeAt(6) !== SLASH || text.charCodeAt(11) !== COLON)
    return NaN
  const high = twoDigits(text, 7)
  const low = twoDigits(text, 9)
  return high < 0 || low < 0 ? NaN : midnightOf(high * 100 + low, monthAt(text, 3), twoDigits(text, 0))
}

/** The offset in ` -0700]`; NaN for anything else. */
function bracketedOffset(text: string, at: number): number {
  const length = offsetLength(text, at + 1)
  if (text.charCodeAt(at) !== SPACE || length !== 5 || text.charCodeAt(at + 6) !== CLOSE_BRACKET) return NaN
  return offsetValue(text, at + 1, length)
}
