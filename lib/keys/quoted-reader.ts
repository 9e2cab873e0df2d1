import { skipOpening, type TimeReader } from './iso-reader.ts'
import { endOfQuoted, unescaped } from './quoted-text.ts'
import { endOfDigits, isDecimalAt } from './time-digits.ts'

/**
 * Reads a value in double quotes that begins at a position: a number as a Unix time, anything else as a date. The value has to end,
 * because the part of it that was cut off might be an offset.
 */
export function quotedReader(iso: TimeReader, epoch: TimeReader): TimeReader {
  return (text, at) => {
    const end = endOfQuoted(text, at) - 1
    if (end < 0) return NaN
    const inner = text.slice(at + 1, end)
    const value = inner.includes('\\') ? unescaped(inner) : inner
    return endOfNumber(value, 0) === value.length ? epoch(value, 0) : iso(value, skipOpening(value, 0))
  }
}

/** The position behind digits and their fraction. */
export function endOfNumber(text: string, at: number): number {
  const end = endOfDigits(text, at)
  return isDecimalAt(text, end) ? endOfDigits(text, end + 1) : end
}
