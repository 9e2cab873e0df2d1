import { COLON, isDigitAt, MINUS, PLUS, twoDigits } from './time-digits.ts'

const MINUTE = 60_000

export const isSign = (code: number): boolean => code === PLUS || code === MINUS

export const isSignAt = (text: string, at: number): boolean => isSign(text.charCodeAt(at))

/** The length of an offset `±hh:mm`, `±hhmm` or `±hh`; 0 if there is none. */
export function offsetLength(text: string, at: number): number {
  if (!isSignAt(text, at) || !isDigitAt(text, at + 1) || !isDigitAt(text, at + 2)) return 0
  const minutes = text.charCodeAt(at + 3) === COLON ? 4 : 3
  return isDigitAt(text, at + minutes) && isDigitAt(text, at + minutes + 1) ? minutes + 2 : 3
}

/** The offset in milliseconds ahead of UTC; NaN if the hour or minute is out of range. */
export function offsetValue(text: string, at: number, length: number): number {
  const hours = twoDigits(text, at + 1)
  const minutes = length === 3 ? 0 : twoDigits(text, at + length - 2)
  if (hours > 23 || minutes > 59) return NaN
  const ahead = (hours * 60 + minutes) * MINUTE
  return text.charCodeAt(at) === MINUS ? -ahead : ahead
}

/** Parses a text that is nothing but an offset; NaN if it is not one. */
export function fixedOffset(text: string): number {
  if (text === 'UTC' || text === 'Z') return 0
  const length = offsetLength(text, 0)
  return length > 0 && length === text.length ? offsetValue(text, 0, length) : NaN
}
