import { Writable } from 'node:stream'
import { failOnAbort } from '../kernel/abort.ts'
import { GzippedOutput } from './gzipped-output.ts'
import { openOutput, type OutputFile } from './output-file.ts'

type Callback = (error?: Error | null) => void

export interface FileSinkSettings {
  readonly path: string
  readonly gzip: boolean
  readonly mode: number | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * How many bytes are buffered while others are being written, and are then written all at once: each write goes to another thread,
 * which costs as much as some 100 KiB of it.
 */
const BUFFER = 2 ** 18

/** The path of the file that a Writable replaces: a second Writable for it would drop what the first one has written. */
export const REPLACES: unique symbol = Symbol('fanpipe.replaces')

export const pathReplacedBy = (stream: object): string | undefined =>
  (stream as { readonly [REPLACES]?: string })[REPLACES]

/** A Writable that replaces a file when it has finished. The file is opened at the first write. */
export class FileSink extends Writable {
  readonly [REPLACES]: string
  readonly #settings: FileSinkSettings
  readonly #unlisten: (() => void) | undefined
  #opening: Promise<OutputFile> | undefined
  /** The operation that is under way; only one ever is. */
  #operation: Promise<void> = Promise.resolve()

  constructor(settings: FileSinkSettings) {
    super({ highWaterMark: BUFFER })
    this.#settings = settings
    this[REPLACES] = settings.path
    const { signal } = settings
    this.#unlisten = failOnAbort(signal, (error) => this.destroy(error))
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, callback: Callback): void {
    this.#run((file) => file.write(bytes), callback)
  }

  override _writev(chunks: { chunk: Uint8Array }[], callback: Callback): void {
    this.#run((file) => file.write(Buffer.concat(chunks.map(({ chunk }) => chunk))), callback)
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
