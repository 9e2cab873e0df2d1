import { oneOf } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import { ArgumentError, show } from '../errors.ts'
import { flushable, none } from '../stages/marks.ts'
import type { StepFunction } from '../stages/step.ts'
import { markLength, UNKNOWN } from './byte-order-mark.ts'
import { decodeReplacing, decodeStrictly, type Decode } from './decoders.ts'
import { checkChunk } from './text.ts'

/** What happens to bytes that are not valid in the encoding: read as U+FFFD, or an error. */
export type Invalid = 'replace' | 'fail'
export const invalidRule = oneOf('replace', 'fail')

/** The name of the encoding, `'utf-8'` by default. */
export function checkEncoding(label: string | undefined, source: unknown): string {
  const own = (source as { readableEncoding?: unknown } | null)?.readableEncoding
  if (label !== undefined && own != null)
    throw new ArgumentError('encoding', 'left out where the stream has an encoding of its own')
  try {
    return new TextDecoder(label).encoding
  } catch {
    throw new ArgumentError('encoding', 'a label that TextDecoder knows', show(label))
  }
}

/** Chunks without the byte order mark, wherever they are cut: text, or bytes of UTF-8, which split2 and csv-parser know. */
export function decoding(encoding: string, invalid: Invalid, place: Place): StepFunction<unknown> {
  const decode = decoderOf(encoding, invalid, place)
  /** The start, until it is known whether it is a mark. */
  let head: Uint8Array | undefined = new Uint8Array()

  const begin = (start: Uint8Array, last: boolean): unknown => {
    const length = markLength(start, encoding, last, place)
    head = length === UNKNOWN ? Buffer.from(start) : undefined
    return length === UNKNOWN ? none : decode(start.subarray(length), last)
  }
  const step = (chunk: unknown): unknown => {
    checkChunk(chunk)
    if (typeof chunk === 'string') {
      if (encoding !== 'utf-8') throw new ArgumentError('encoding', 'left out where the source gives text')
      if (head === undefined || chunk === '') return chunk
      if (head.length === 0) {
        head = undefined
        return chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk
      }
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (head === undefined) return decode(bytes, false)
    return begin(head.length === 0 ? bytes : Buffer.concat([head, bytes]), false)
  }
  return flushable(step, () => (head === undefined ? decode(new Uint8Array(), true) : begin(head, true)))
}

function decoderOf(encoding: string, invalid: Invalid, place: Place): Decode {
  if (invalid === 'fail') return decodeStrictly(encoding, place)
  return encoding === 'utf-8' ? (bytes) => (bytes.length === 0 ? none : bytes) : decodeReplacing(encoding)
}
