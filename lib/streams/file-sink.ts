import { Writable } from 'node:stream'
import { failOnAbort } from '../kernel/abort.ts'
import { GzippedOutput } from './gzipped-output.ts'
import { openOutput, type OutputFile } from './output-file.ts'

type Callback = (error?: Error | null) => void

interface Chunk {
  readonly chunk: string | Uint8Array
  readonly encoding: BufferEncoding
}

export interface FileSinkSettings {
  readonly path: string
  readonly gzip: boolean
  readonly mode: number | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * How many bytes are buffered while others are being written, and then written at once: handing a write to another thread costs as
 * much as writing about 100 KiB.
 */
const BUFFER = 2 ** 20

/** A Writable that replaces a file has its path here. A second one with the same path would drop what the first has written. */
export const REPLACES: unique symbol = Symbol('fanpipe.replaces')

export const pathReplacedBy = (stream: object): string | undefined =>
  (stream as { readonly [REPLACES]?: string })[REPLACES]

/** A Writable that replaces a file when it has finished. The file is opened at the first write. */
export class FileSink extends Writable {
  readonly [REPLACES]: string
  readonly #settings: FileSinkSettings
  readonly #unlisten: (() => void) | undefined
  #buffer: Buffer | undefined
  #opening: Promise<OutputFile> | undefined
  /** The operation in progress; there is at most one. */
  #operation: Promise<void> = Promise.resolve()

  constructor(settings: FileSinkSettings) {
    super({ highWaterMark: BUFFER, decodeStrings: false })
    this.#settings = settings
    this[REPLACES] = settings.path
    const { signal } = settings
    this.#unlisten = failOnAbort(signal, (error) => this.destroy(error))
  }

  override _write(chunk: string | Uint8Array, encoding: BufferEncoding, callback: Callback): void {
    if (typeof chunk === 'string') this._writev([{ chunk, encoding }], callback)
    else this.#run((file) => file.write(chunk), callback)
  }

  override _writev(chunks: readonly Chunk[], callback: Callback): void {
    this.#run((file) => this.#writeAll(file, chunks), callback)
  }

  override _final(callback: Callback): void {
    this.#run((file) => file.commit(() => this.destroyed), callback)
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    if (this.writableFinished) return callback(error)
    this.#discard().then(
      () => callback(error),
      (fault: Error) => callback(error ?? fault),
    )
  }

  /** Writes chunks through one buffer, since a new one for each write would cost as much as encoding into it. */
  async #writeAll(file: OutputFile, chunks: readonly Chunk[]): Promise<void> {
    const buffer = (this.#buffer ??= Buffer.allocUnsafeSlow(BUFFER))
    let filled = 0
    for (const chunk of chunks) {
      const size = sizeOf(chunk)
      if (filled + size > BUFFER) {
        await file.write(buffer.subarray(0, filled))
        filled = 0
      }
      if (size > BUFFER) await file.write(bytesOf(chunk))
      else filled += copyTo(buffer, filled, chunk)
    }
    await file.write(buffer.subarray(0, filled))
  }

  #run(operation: (file: OutputFile) => Promise<void>, callback: Callback): void {
    this.#opening ??= this.#open()
    this.#operation = this.#opening.then(operation)
    this.#operation.then(() => callback(), callback)
  }

  async #open(): Promise<OutputFile> {
    const { path, mode, gzip } = this.#settings
    const file = await openOutput(path, mode)
    return gzip ? new GzippedOutput(file) : file
  }

  async #discard(): Promise<void> {
    const file = await this.#opening?.catch(() => undefined)
    await this.#operation.catch(() => undefined)
    await file?.discard()
  }
}

const sizeOf = ({ chunk, encoding }: Chunk): number => Buffer.byteLength(chunk, encoding)

const bytesOf = ({ chunk, encoding }: Chunk): Uint8Array =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk

/** Returns how many bytes it has copied. */
function copyTo(buffer: Buffer, at: number, { chunk, encoding }: Chunk): number {
  if (typeof chunk === 'string') return buffer.write(chunk, at, encoding)
  buffer.set(chunk, at)
  return chunk.length
}
