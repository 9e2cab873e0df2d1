import type { BytesReader } from './bytes-reader.ts'
import { EXACT_DIGITS } from './clock-reader.ts'
import type { TimeReader } from './iso-reader.ts'
import { COLON, COMMA, DOT, SPACE, Z, ZERO } from './time-digits.ts'

const MINUTE_LENGTH = 'yyyy-mm-ddThh:mm'.length
const SHORTEST = MINUTE_LENGTH + ':ssZ '.length

/**
 * Reads times such as `2026-01-01T12:30:00.250Z`, followed by a space, from the bytes of an item, `at` bytes after its start; returns
 * NaN for every other form, which is left to the text reader. `read` reads the minute.
 */
export function isoBytesReader(read: TimeReader, at: number): BytesReader {
  // Successive times are close to each other, so the minute is usually that of the previous item. Its 16 bytes are compared as four
  // words, which is faster than decoding them.
  let [last0, last1, last2, last3] = [0, 0, 0, 0]
  let startOfMinute = NaN
  return (bytes, start, end) => {
    const begin = start + at
    if (begin + SHORTEST > end) return NaN
    const word0 = wordAt(bytes, begin)
    const word1 = wordAt(bytes, begin + 4)
    const word2 = wordAt(bytes, begin + 8)
    const word3 = wordAt(bytes, begin + 12)
    if (word3 !== last3 || word2 !== last2 || word1 !== last1 || word0 !== last0) {
      ;[last0, last1, last2, last3] = [word0, word1, word2, word3]
      const minute = String.fromCharCode(...bytes.subarray(begin, begin + MINUTE_LENGTH))
      startOfMinute = read(`${minute}:00Z`, 0)
    }
    return addSeconds(startOfMinute, bytes, begin + MINUTE_LENGTH)
  }
}

/** Four bytes as a 32-bit integer. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)

/** Adds `:ss` or `:ss.fff`, which `Z` and a space must follow, to the start of the minute; NaN if there is something else. */
function addSeconds(startOfMinute: number, bytes: Uint8Array, at: number): number {
  const tens = digitAt(bytes, at + 1)
  const ones = digitAt(bytes, at + 2)
  if (bytes[at] !== COLON || tens < 0 || tens > 5 || ones < 0) return NaN
  const point = at + 3
  let end = point
  let fraction = 0
  if (bytes[point] === DOT || bytes[point] === COMMA) {
    let units = 1
    for (let digit = digitAt(bytes, ++end); digit >= 0; digit = digitAt(bytes, ++end)) {
      fraction = fraction * 10 + digit
      units *= 10
    }
    if (end === point + 1 || end > point + EXACT_DIGITS) return NaN
    fraction = (fraction * 1000) / units
  }
  const isUtc = bytes[end] === Z && bytes[end + 1] === SPACE
  return isUtc ? startOfMinute + (tens * 10 + ones) * 1000 + fraction : NaN
}

/** The digit at a position; -1 if there is none. */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}
