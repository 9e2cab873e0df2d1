import { oneOf } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import { ArgumentError, show } from '../errors.ts'
import { flushable, none } from '../stages/marks.ts'
import type { StepFunction } from '../stages/step.ts'
import { markLength, UNKNOWN } from './byte-order-mark.ts'
import { decodeBinary, decodeReplacing, decodeStrictly, type Decode } from './decoders.ts'
import { checkChunk } from './text.ts'

/** What happens to bytes that are invalid in the encoding: they are decoded as U+FFFD, or they are an error. */
export type Invalid = 'replace' | 'fail'
export const invalidRule = oneOf('replace', 'fail')

/** Node's alias of Latin-1. `TextDecoder` decodes Latin-1 as Windows-1252, from which not every byte can be restored. */
export const BINARY = 'binary'

/** The name of the encoding, `'utf-8'` by default. */
export function checkEncoding(label: string | undefined, source: unknown): string {
  const streamEncoding = (source as { readableEncoding?: unknown } | null)?.readableEncoding
  if (label !== undefined && streamEncoding != null)
    throw new ArgumentError('encoding', 'omitted when the stream has its own encoding')
  if (label === BINARY) return label
  try {
    return new TextDecoder(label).encoding
  } catch {
    throw new ArgumentError('encoding', "a label that TextDecoder knows, or 'binary'", show(label))
  }
}

/**
 * A step that removes the byte order mark, even if it is split between chunks, and decodes the rest. It outputs text, or bytes of
 * UTF-8, which split2 and csv-parser accept as they are.
 */
export function decoding(encoding: string, invalid: Invalid, place: Place): StepFunction<unknown> {
  const decode = decoderOf(encoding, invalid, place)
  /** The first bytes, until it is known whether they are a byte order mark; then undefined. */
  let head: Uint8Array | undefined = new Uint8Array()

  const stripMark = (start: Uint8Array, last: boolean): unknown => {
    const length = markLength(start, encoding, last, place)
    head = length === UNKNOWN ? Buffer.from(start) : undefined
    return length === UNKNOWN ? none : decode(start.subarray(length), last)
  }
  const step = (chunk: unknown): unknown => {
    checkChunk(chunk)
    if (typeof chunk === 'string') {
      if (encoding !== 'utf-8') throw new ArgumentError('encoding', 'omitted when the source gives text')
      if (head === undefined || chunk === '') return chunk
      if (head.length === 0) {
        head = undefined
        return chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk
      }
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (head === undefined) return decode(bytes, false)
    return stripMark(head.length === 0 ? bytes : Buffer.concat([head, bytes]), false)
  }
  return flushable(step, () => (head === undefined ? decode(new Uint8Array(), true) : stripMark(head, true)))
}

function decoderOf(encoding: string, invalid: Invalid, place: Place): Decode {
  if (encoding === BINARY) return decodeBinary
  if (invalid === 'fail') return decodeStrictly(encoding, place)
  return encoding === 'utf-8' ? (bytes) => (bytes.length === 0 ? none : bytes) : decodeReplacing(encoding)
}
