/** Bytes or text. */
export type Chunk = Uint8Array | string

/** This many chunks are joined into one, because a chunk of one byte takes the memory of a hundred. */
const CHUNKS_TO_JOIN = 1024
const LF = 10

/** Buffers chunks until the rest of a line arrives. */
export class HeldChunks {
  length = 0
  #joined: Chunk[] = []
  #chunks: Chunk[] = []

  add(chunk: Chunk): void {
    if (chunk.length === 0) return
    this.length += chunk.length
    if (this.#chunks.push(chunk) < CHUNKS_TO_JOIN) return
    this.#joined.push(joinChunks(this.#chunks))
    this.#chunks = []
  }

  /** Removes all chunks, and returns them as one. */
  take(): Chunk {
    const chunk = joinChunks([...this.#joined, ...this.#chunks])
    this.#joined = []
    this.#chunks = []
    this.length = 0
    return chunk
  }
}

function joinChunks(chunks: readonly Chunk[]): Chunk {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  if (chunks.every((chunk) => typeof chunk === 'string')) return chunks.join('')
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)))
}

/** Splits a chunk after its last line end. */
export function splitAtLastLine(chunk: Chunk): readonly [lines: Chunk, rest: Chunk] {
  if (typeof chunk === 'string') {
    const end = chunk.lastIndexOf('\n') + 1
    return [chunk.slice(0, end), chunk.slice(end)]
  }
  const end = chunk.lastIndexOf(LF) + 1
  return [chunk.subarray(0, end), chunk.subarray(end)]
}
