import { COLON, isDecimalAt, isDigitAt, isPointAt, isWordAt, MINUS, PLUS, SPACE } from './time-digits.ts'
import { isSignAt, offsetLength, offsetValue } from './time-offset.ts'

const Z = 90
/** The real minus sign (U+2212), which ISO 8601 prefers but hardly any program writes. */
const TRUE_MINUS = 0x2212

/**
 * The offset after the seconds or their fraction, in milliseconds. `undefined` if there is none; NaN if the time is directly
 * followed by something else.
 */
export function offsetAfter(
  text: string,
  at: number,
  nameAt: (text: string, at: number) => number | undefined,
): number | undefined {
  const code = text.charCodeAt(at)
  if (code === Z) return isGlued(text, at + 1) || isDecimalAt(text, at + 1) ? NaN : 0
  if (code === SPACE) return isSignAt(text, at + 1) ? offsetAfterSpace(text, at + 1) : nameAt(text, at + 1)
  const length = offsetLength(text, at)
  if (length === 0) return isGlued(text, at) || isCutFraction(text, at) ? NaN : undefined
  const end = at + length
  return isGlued(text, end) || isDecimalAt(text, end) ? NaN : offsetValue(text, at, length)
}

/** After a space only `±hhmm` and `±hh:mm` are offsets; `-10`, `-1234.5` and `-12345` are ordinary numbers in the text. */
function offsetAfterSpace(text: string, at: number): number | undefined {
  const length = offsetLength(text, at)
  const end = at + length
  if (length < 5 || isWordAt(text, end) || isDecimalAt(text, end)) return undefined
  return isGlued(text, end) ? NaN : offsetValue(text, at, length)
}

/** Whether the text continues directly after the time: with a letter, a digit, or `:`, `+` or `-` and a digit. */
function isGlued(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code === SPACE) return false
  if (code === COLON || code === PLUS || code === MINUS || code === TRUE_MINUS) return isDigitAt(text, at + 1)
  return isWordAt(text, at)
}

/** Whether there is a point without digits before an offset: a fraction was cut off, so the point does not end a sentence. */
function isCutFraction(text: string, at: number): boolean {
  if (!isPointAt(text, at)) return false
  if (text.charCodeAt(at + 1) === Z) return !isWordAt(text, at + 2)
  return offsetLength(text, at + 1) === '+hh:mm'.length
}
