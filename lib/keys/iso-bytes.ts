import { EXACT_DIGITS } from './clock-reader.ts'
import type { BytesReader } from './bytes-of-key.ts'
import { COLON, COMMA, DOT, SPACE, Z, ZERO } from './time-digits.ts'

const MINUTE = 'yyyy-mm-ddThh:mm'.length
const SHORTEST = MINUTE + ':ssZ '.length

/**
 * Reads times such as `2026-01-01T12:30:00.250Z` from the bytes of a line, `at` bytes after its beginning, if a space follows: the
 * form that most programs write. `read` is the reader of such a time in text.
 */
export function isoBytesReader(read: (text: string, at: number) => number, at: number): BytesReader {
  // Successive times are close to each other, so the minute is usually the previous one: its bytes, as four numbers, and its time.
  let [first, second, third, fourth] = [0, 0, 0, 0]
  let minute = NaN
  return (bytes, start) => {
    const begin = start + at
    if (bytes.length < begin + SHORTEST) return NaN
    const one = wordAt(bytes, begin)
    const two = wordAt(bytes, begin + 4)
    const three = wordAt(bytes, begin + 8)
    const four = wordAt(bytes, begin + 12)
    if (four !== fourth || three !== third || two !== second || one !== first) {
      ;[first, second, third, fourth] = [one, two, three, four]
      minute = read(`${String.fromCharCode(...bytes.subarray(begin, begin + MINUTE))}:00Z `, 0)
    }
    return minute + timeInMinute(bytes, begin + MINUTE)
  }
}

/** Four bytes as one number. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24)

/** The milliseconds since the minute, from `:ss` or `:ss.fff` and `Z` at a position; NaN if it is something else. */
function timeInMinute(bytes: Uint8Array, at: number): number {
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
  return bytes[end] === Z && bytes[end + 1] === SPACE ? (tens * 10 + ones) * 1000 + fraction : NaN
}

/** The digit at a position; -1 if there is none. */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}
