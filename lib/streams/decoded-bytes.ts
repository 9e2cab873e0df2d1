import { Queue } from '../kernel/queue.ts'

interface Chunk {
  readonly bytes: number
  readonly characters: number
}

/**
 * How many bytes of the source the characters in a Readable's buffer stand for: with `setEncoding` Node counts characters.
 * Chunk by chunk, so that it is exact for any encoding and for bytes that are invalid in it; within a chunk by proportion.
 */
export class DecodedBytes {
  readonly #chunks = new Queue<Chunk>()
  #characters = 0
  #bytes = 0
  /** They are the beginning of a character only, which waits in the decoder. */
  #incomplete = 0

  /** A chunk has come into the buffer. */
  push(bytes: number, characters: number): void {
    if (characters === 0) {
      this.#incomplete += bytes
      return
    }
    this.#chunks.push({ bytes: this.#incomplete + bytes, characters })
    this.#bytes += this.#incomplete + bytes
    this.#characters += characters
    this.#incomplete = 0
  }

  /** A chunk has gone past the empty buffer to the consumer, and with it what was incomplete before it. */
  pass(): void {
    this.#incomplete = 0
  }

  /** The source has ended: the beginning of a character is one no more, and some encodings drop it. */
  end(characters: number): void {
    this.push(0, characters)
    this.#incomplete = 0
  }

  /**
   * How many bytes are in the buffer, while it holds so many characters. A beginning of a character alone is not there to be
   * read, and with a small `maxlen` it would hold up the rest of it.
   */
  held(characters: number): number {
    for (let first = this.#chunks.peek(); first !== undefined; first = this.#chunks.peek()) {
      const excess = this.#characters - characters
      if (excess < first.characters)
        return (
          this.#incomplete + this.#bytes - Math.floor((first.bytes * Math.max(excess, 0)) / first.characters)
        )
      this.#chunks.shift()
      this.#bytes -= first.bytes
      this.#characters -= first.characters
    }
    return 0
  }
}
