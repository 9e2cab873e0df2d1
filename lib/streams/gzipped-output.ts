import { createGzip } from 'node:zlib'
import type { OutputFile } from './output-file.ts'

/** Compresses what is written to a file. */
export class GzippedOutput implements OutputFile {
  readonly #file: OutputFile
  readonly #gzip = createGzip()
  /** Settles when everything that gzip gives has been written, or cannot be. */
  readonly #copying: Promise<void>

  constructor(file: OutputFile) {
    this.#file = file
    this.#copying = this.#copy()
    this.#copying.catch(() => undefined)
  }

  /** It fails only if gzip was destroyed, because the file could not be written: that is the error to report. */
  write(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#gzip.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    return written.catch(() => this.#copying)
  }

  async commit(): Promise<void> {
    this.#gzip.end()
    await this.#copying
    await this.#file.commit()
  }

  async discard(): Promise<void> {
    this.#gzip.destroy()
    await this.#copying.catch(() => undefined)
    await this.#file.discard()
  }

  async #copy(): Promise<void> {
    for await (const block of this.#gzip) await this.#file.write(block as Uint8Array)
  }
}
