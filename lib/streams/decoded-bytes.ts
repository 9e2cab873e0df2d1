import { Queue } from '../kernel/queue.ts'

interface Chunk {
  readonly bytes: number
  readonly characters: number
}

/**
 * Converts the length of a Readable's buffer from characters, which Node counts after `setEncoding`, to bytes of the source.
 * It remembers the size of each chunk, so it is exact at chunk boundaries for any encoding, even for invalid bytes; within a
 * chunk it is proportional.
 */
export class DecodedBytes {
  readonly #chunks = new Queue<Chunk>()
  #characters = 0
  #bytes = 0
  /** Bytes of an incomplete character, which are still in the decoder. */
  #incomplete = 0

  /** A chunk has entered the buffer. */
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

  /** A chunk has bypassed the empty buffer, and has completed the incomplete character before it. */
  pass(): void {
    this.#incomplete = 0
  }

  /** The source has ended; depending on the encoding, the decoder has output an incomplete character or dropped it. */
  end(characters: number): void {
    this.push(0, characters)
    this.#incomplete = 0
  }

  /**
   * How many bytes the buffer holds when it holds `characters` characters. An incomplete character counts only together with
   * others: alone it cannot be read, so with a small `maxlen` it would block the bytes that complete it.
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
