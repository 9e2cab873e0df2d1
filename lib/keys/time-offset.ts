import { COLON, isDigitAt, MINUS, PLUS, twoDigits } from './time-digits.ts'

const MINUTE = 60_000

export function isSignAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === PLUS || code === MINUS
}

/** How many characters `±hh:mm`, `±hhmm` or `±hh` takes, from its sign; 0 where none of them stands. */
export function offsetLength(text: string, at: number): number {
  if (!isSignAt(text, at) || !isDigitAt(text, at + 1) || !isDigitAt(text, at + 2)) return 0
  const minutes = text.charCodeAt(at + 3) === COLON ? 4 : 3
  return isDigitAt(text, at + minutes) && isDigitAt(text, at + minutes + 1) ? minutes + 2 : 3
}

/** How far it is ahead of UTC, in milliseconds; NaN for an hour or a minute that does not exist. */
export function offsetValue(text: string, at: number, length: number): number {
  const hours = twoDigits(text, at + 1)
  const minutes = length === 3 ? 0 : twoDigits(text, at + length - 2)
  if (hours > 23 || minutes > 59) return NaN
  const ahead = (hours * 60 + minutes) * MINUTE
  return text.charCodeAt(at) === MINUS ? -ahead : ahead
}

/** The offset that is the whole text; NaN where it is none. */
export function fixedOffset(text: string): number {
  if (text === 'UTC' || text === 'Z') return 0
  const length = offsetLength(text, 0)
  return length > 0 && length === text.length ? offsetValue(text, 0, length) : NaN
}
