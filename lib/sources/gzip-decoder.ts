import { constants, crc32, createInflateRaw, type InflateRaw } from 'node:zlib'
import { withOrigin, type Place } from '../kernel/place.ts'
import { FormatError } from '../errors.ts'
import { betweenMembers, GzipFault, memberHeader, memberTrailer, type FramePart } from './gzip-frame.ts'

/** The size of the chunks of decompressed data. */
const CHUNK = 2 ** 16

type Section = 'header' | 'data' | 'trailer' | 'between'

/**
 * Decompresses gzip data, which may be written in chunks of any size and consist of several members.
 *
 * Node's own Gunzip does not tell where a member ends. It ignores everything after a zero byte, even further members, and when
 * other data follows a member, it loses what it has just decompressed. So the headers and trailers are read here, and only the
 * data between them is left to zlib.
 */
export class GzipDecoder {
  readonly #place: Place
  readonly #onProgress: () => void
  #input: Uint8Array = new Uint8Array()
  /** How many bytes of the input have been used. */
  #used = 0
  #section: Section = 'between'
  #part: FramePart<void> = started(betweenMembers())
  #inflater: InflateRaw | undefined
  /** How many bytes the inflater had used before the chunk that it has now. */
  #usedBefore = 0
  #isInflating = false
  #checksum = 0
  /** The length of the decompressed data of this member, modulo 2 ** 32. */
  #length = 0
  #failure: unknown

  /** `onProgress` is called when `read` may return something else than before. */
  constructor(place: Place, onProgress: () => void) {
    this.#place = place
    this.#onProgress = onProgress
  }

  /** Whether the last chunk is used up, so that another one may be written. */
  get needsInput(): boolean {
    return !this.#isInflating && this.#used === this.#input.length
  }

  /** Takes a chunk, which must not change until it is used up. */
  write(chunk: Uint8Array): void {
    this.#input = chunk
    this.#used = 0
    if (this.#section === 'data') this.#inflate()
  }

  /** The next decompressed bytes; undefined if there are none yet. */
  read(): Buffer | undefined {
    for (;;) {
      if (this.#failure !== undefined) throw this.#fault(this.#failure)
      if (this.#inflater !== undefined) {
        const chunk = this.#inflater.read() as Buffer | null
        if (chunk !== null) return this.#decompressed(chunk)
        if (!this.#inflater.readableEnded) return undefined
        this.#endData(this.#inflater)
      }
      if (this.#used === this.#input.length) return undefined
      this.#readFrame()
    }
  }

  /** Nothing follows; throws if the last member is not complete. */
  end(): void {
    if (this.#section !== 'between') throw this.#fault(new GzipFault('the gzip data is truncated'))
  }

  destroy(): void {
    this.#inflater?.destroy()
  }

  #decompressed(chunk: Buffer): Buffer {
    this.#checksum = crc32(chunk, this.#checksum)
    this.#length = (this.#length + chunk.length) % 2 ** 32
    return chunk
  }

  /** Passes the bytes of a header, of a trailer, or of what is between two members, to its generator. */
  #readFrame(): void {
    try {
      while (this.#used < this.#input.length) {
        if (this.#part.next(this.#input[this.#used++] as number).done === true) return this.#enterNext()
      }
    } catch (fault) {
      throw this.#fault(fault)
    }
  }

  #enterNext(): void {
    if (this.#section === 'header') this.#startData()
    else if (this.#section === 'trailer') this.#enter('between', betweenMembers())
    else this.#enter('header', memberHeader())
  }

  #enter(section: Section, part: FramePart<void>): void {
    this.#section = section
    this.#part = started(part)
  }

  #startData(): void {
    this.#section = 'data'
    this.#checksum = this.#length = this.#usedBefore = 0
    const inflater = createInflateRaw({ chunkSize: CHUNK, flush: constants.Z_SYNC_FLUSH })
    this.#inflater = inflater
    inflater.on('readable', this.#onProgress)
    inflater.on('end', this.#onProgress)
    inflater.on('error', (error) => {
      this.#failure = error
      this.#onProgress()
    })
    this.#inflate()
  }

  #inflate(): void {
    const rest = this.#input.subarray(this.#used)
    const inflater = this.#inflater
    if (rest.length === 0 || inflater === undefined) return
    this.#isInflating = true
    inflater.write(rest, () => {
      // If the data ends in this chunk, this is called late or never, and `#endData` finds out how much of it was used.
      if (this.#inflater !== inflater || inflater.bytesWritten - this.#usedBefore < rest.length) return
      this.#isInflating = false
      this.#usedBefore += rest.length
      this.#used = this.#input.length
      this.#onProgress()
    })
  }

  #endData(inflater: InflateRaw): void {
    this.#used += inflater.bytesWritten - this.#usedBefore
    this.#isInflating = false
    this.#inflater = undefined
    inflater.destroy()
    this.#enter('trailer', memberTrailer(this.#checksum, this.#length))
  }

  #fault(cause: unknown): Error {
    const problem =
      cause instanceof GzipFault ? cause.message : `the gzip data is corrupt: ${(cause as Error).message}`
    const options = cause instanceof GzipFault ? {} : { cause }
    return withOrigin(new FormatError(this.#place, 0, problem, options), this.#place)
  }
}

/** Runs a generator to its first `yield`. */
function started(part: FramePart<void>): FramePart<void> {
  part.next()
  return part
}
