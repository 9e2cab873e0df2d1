/** Cuts bytes and text into chunks at arbitrary positions. */
import { Readable } from 'node:stream'
import fc from 'fast-check'

/** Cuts an array, a string or a buffer into pieces at arbitrary positions; pieces may be empty. */
export function cut<T extends { length: number; slice(start: number, end: number): T }>(
  whole: T,
  positions: readonly number[],
): T[] {
  const ends = [...positions.map((position) => position % (whole.length + 1)), whole.length].sort(
    (a, b) => a - b,
  )
  return ends.map((end, i) => whole.slice(i === 0 ? 0 : (ends[i - 1] as number), end))
}

export const cuts = fc.array(fc.nat(), { maxLength: 12 })

/** The ways in which a text may arrive: as text or bytes, from an iterable or a stream. */
export const shapes = {
  'iterable of text': (text: string, positions: readonly number[]) => cut(text, positions),
  'iterable of bytes': (text: string, positions: readonly number[]) => cut(Buffer.from(text), positions),
  'buffer that is reused for every chunk': function* (text: string, positions: readonly number[]) {
    const bytes = Buffer.from(text)
    const buffer = Buffer.alloc(bytes.length)
    for (const chunk of cut(bytes, positions)) {
      chunk.copy(buffer)
      yield buffer.subarray(0, chunk.length)
      buffer.fill('?')
    }
  },
  'byte stream': (text: string, positions: readonly number[]) =>
    Readable.from(
      cut(Buffer.from(text), positions).filter((chunk) => chunk.length > 0),
      { objectMode: false },
    ),
}
