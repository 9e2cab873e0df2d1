import {
  COLON,
  isDecimalAt,
  isDigitAt,
  isPointAt,
  isWordAt,
  MINUS,
  PLUS,
  SPACE,
  TRUE_MINUS,
  Z,
} from './time-digits.ts'
import type { OffsetReader } from './clock-reader.ts'
import { isSign, isSignAt, offsetLength, offsetValue } from './time-offset.ts'

/** The length of the longest offset after a space, plus two characters that show whether it ends there. */
const LONGEST = ' +hh:mm'.length + 2

/**
 * Reads the offset after the seconds or their fraction, in milliseconds: `undefined` if there is none, NaN if the time is directly
 * followed by something else. A numeric offset is usually that of the previous text, so it is cached.
 */
export function endingReader(nameAt: (text: string, at: number) => number | undefined): OffsetReader {
  let ending = ''
  let offset: number | undefined
  return (text, at) => {
    const code = text.charCodeAt(at)
    const next = text.charCodeAt(at + 1)
    if (code === Z && next === SPACE) return 0
    if (!isSign(code) && !(code === SPACE && isSign(next))) return offsetAfter(text, at, nameAt)
    const newEnding = text.slice(at, at + LONGEST)
    if (newEnding !== ending) {
      ending = newEnding
      offset = offsetAfter(ending, 0, nameAt)
    }
    return offset
  }
}

function offsetAfter(
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
