import { StringDecoder } from 'node:string_decoder'
import type { Lender } from '../kernel/cursor.ts'

/** The part of a Readable that tells what is in its buffer. */
interface Buffering {
  readonly readableLength: number
  readonly readableObjectMode: boolean
  readonly readableEncoding: BufferEncoding | null
}

/** An item, and the input that takes it back. */
interface Loan<T> {
  readonly item: T
  readonly lender: Lender<T> | undefined
}

/**
 * The items that were pushed into a Readable and that its consumer has not read. Node only knows how many there are, not
 * which. Of a chunk that the consumer has read in part, the rest counts.
 */
export class Undelivered<T> {
  readonly #stream: Buffering
  #loans: readonly Loan<T>[] = []

  constructor(stream: Buffering) {
    this.#stream = stream
  }

  /** Called before the item is pushed. */
  add(item: T, lender: Lender<T> | undefined): void {
    this.#loans = [...this.#unread(), { item, lender }]
  }

  /** Gives the items back to the inputs that are left open. */
  giveBack(): void {
    for (const { item, lender } of this.#unread()) lender?.takeBack(item)
    this.#loans = []
  }

  #unread(): readonly Loan<T>[] {
    const { readableLength: length, readableObjectMode, readableEncoding: encoding } = this.#stream
    if (readableObjectMode) return this.#loans.slice(Math.max(0, this.#loans.length - length))
    const chunks = this.#loans.map(({ item }) => (Buffer.isBuffer(item) ? item : Buffer.from(item as never)))
    const parts = lastBytes(chunks, encoding === null ? length : bytesOf(chunks, length, encoding)) as T[]
    const read = chunks.length - parts.length
    return parts.map((item, i) => ({ item, lender: this.#loans[read + i]?.lender }))
  }
}

function lastBytes(chunks: readonly Buffer[], length: number): Buffer[] {
  const last: Buffer[] = []
  let rest = length
  for (let i = chunks.length - 1; i >= 0 && rest > 0; i--) {
    const chunk = chunks[i] as Buffer
    last.unshift(chunk.subarray(Math.max(0, chunk.length - rest)))
    rest -= chunk.length
  }
  return last
}

/** How many bytes the last `length` characters were, and the beginning of a character after them. */
function bytesOf(chunks: readonly Buffer[], length: number, encoding: BufferEncoding): number {
  const bytes = Buffer.concat(chunks)
  const text = new StringDecoder(encoding).write(bytes)
  return bytes.length - Buffer.byteLength(text.slice(0, Math.max(0, text.length - length)), encoding)
}
