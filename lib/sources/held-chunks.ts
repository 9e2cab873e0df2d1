/** Bytes or text. */
export type Chunk = Uint8Array | string

/** So many chunks are joined to one, because a chunk of one byte takes the memory of a hundred. */
const FEW = 1024
const LF = 10

/** Chunks that wait for more. */
export class HeldChunks {
  length = 0
  #joined: Chunk[] = []
  #chunks: Chunk[] = []

  add(chunk: Chunk): void {
    if (chunk.length === 0) return
    this.length += chunk.length
    if (this.#chunks.push(chunk) < FEW) return
    this.#joined.push(joined(this.#chunks))
    this.#chunks = []
  }

  /** All that are held, as one. */
  take(): Chunk {
    const chunk = joined([...this.#joined, ...this.#chunks])
    this.#joined = []
    this.#chunks = []
    this.length = 0
    return chunk
  }
}

function joined(chunks: readonly Chunk[]): Chunk {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  if (chunks.every((chunk) => typeof chunk === 'string')) return chunks.join('')
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)))
}

/** A chunk as the lines that end in it, and what is left. */
export function splitAtLastLine(chunk: Chunk): readonly [lines: Chunk, rest: Chunk] {
  if (typeof chunk === 'string') {
    const end = chunk.lastIndexOf('\n') + 1
    return [chunk.slice(0, end), chunk.slice(end)]
  }
  const end = chunk.lastIndexOf(LF) + 1
  return [chunk.subarray(0, end), chunk.subarray(end)]
}
