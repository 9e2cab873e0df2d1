import { open, type FileHandle } from 'node:fs/promises'
import type { Place } from '../kernel/place.ts'
import { GzipDecoder } from './gzip-decoder.ts'
import { isGzip } from './gzip-frame.ts'
import { withPath } from './text.ts'

/** How many compressed bytes are read at once. */
const COMPRESSED_CHUNK = 2 ** 16

/** The bytes of a file. It is opened by the first `read`; if it then begins as gzip does, its bytes are the decompressed ones. */
export class FileBytes {
  readonly #path: string | URL
  readonly #place: Place
  #file: FileHandle | undefined
  /** Whether the first bytes are still to be checked. */
  #mayBeGzip: boolean
  #decoder: GzipDecoder | undefined
  #compressed = Buffer.alloc(0)
  /** Decompressed bytes for which there was no space yet. */
  #rest: Buffer = Buffer.alloc(0)
  #isClosed = false
  #onProgress: (() => void) | undefined

  constructor(path: string | URL, gunzip: boolean, place: Place) {
    this.#path = path
    this.#place = place
    this.#mayBeGzip = gunzip
  }

  /** Fills the buffer from `offset` on, as far as there are bytes now; returns how many were written, 0 at the end. */
  async read(buffer: Buffer, offset: number): Promise<number> {
    this.#file ??= await open(this.#path)
    try {
      return await this.#read(this.#file, buffer, offset)
    } catch (error) {
      throw withPath(error, this.#path)
    }
  }

  async #read(file: FileHandle, buffer: Buffer, offset: number): Promise<number> {
    if (this.#decoder !== undefined) return this.#decompress(file, this.#decoder, buffer, offset)
    const { bytesRead } = await file.read(buffer, offset, buffer.length - offset)
    return this.#mayBeGzip ? this.#recognise(file, buffer, offset, bytesRead) : bytesRead
  }

  /** Makes a `read` in progress return soon. */
  stop(): void {
    this.#isClosed = true
  }

  /** Must not be called while a `read` is in progress. */
  async close(): Promise<void> {
    this.#decoder?.destroy()
    await this.#file?.close()
  }

  async #recognise(file: FileHandle, buffer: Buffer, offset: number, first: number): Promise<number> {
    this.#mayBeGzip = false
    let length = first
    for (let added = first; added > 0; length += added) {
      const answer = isGzip(buffer.subarray(offset, offset + length))
      if (answer === false) return length
      if (answer === true) {
        this.#decoder = new GzipDecoder(this.#place, () => this.#onProgress?.())
        this.#decoder.write(Buffer.from(buffer.subarray(offset, offset + length)))
        this.#compressed = Buffer.allocUnsafeSlow(COMPRESSED_CHUNK)
        return this.#decompress(file, this.#decoder, buffer, offset)
      }
      const from = offset + length
      added = (await file.read(buffer, from, buffer.length - from)).bytesRead
    }
    return length
  }

  async #decompress(file: FileHandle, decoder: GzipDecoder, buffer: Buffer, offset: number): Promise<number> {
    while (!this.#isClosed) {
      const bytes = this.#rest.length > 0 ? this.#rest : decoder.read()
      if (bytes !== undefined) {
        const copied = bytes.copy(buffer, offset)
        this.#rest = bytes.subarray(copied)
        return copied
      }
      if (decoder.needsInput) {
        const { bytesRead } = await file.read(this.#compressed, 0, COMPRESSED_CHUNK)
        if (bytesRead > 0) decoder.write(this.#compressed.subarray(0, bytesRead))
        else {
          decoder.end()
          break
        }
      } else await new Promise<void>((resolve) => (this.#onProgress = resolve))
    }
    return 0
  }
}
