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
 * How many bytes are buffered while others are being written, and then written at once: handing a write to another thread costs as
 * much as writing about 100 KiB.
 */
const BUFFER = 2 ** 18

/** A Writable that replaces a file has its path here. A second one with the same path would drop what the first has written. */
export const REPLACES: unique symbol = Symbol('fanpipe.replaces')

export const pathReplacedBy = (stream: object): string | undefined =>
  (stream as { readonly [REPLACES]?: string })[REPLACES]

/** A Writable that replaces a file when it has finished. The file is opened at the first write. */
export class FileSink extends Writable {
  readonly [REPLACES]: string
  readonly #settings: FileSinkSettings
  readonly #unlisten: (() => void) | undefined
  #opening: Promise<OutputFile> | undefined
  /** The operation in progress; there is at most one. */
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
