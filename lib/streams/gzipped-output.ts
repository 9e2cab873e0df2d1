import { createGzip } from 'node:zlib'
import type { OutputFile } from './output-file.ts'

/** Compresses what is written to a file. */
export class GzippedOutput implements OutputFile {
  readonly #file: OutputFile
  readonly #gzip = createGzip()
  /** Settles when everything that gzip gives has been written, or cannot be. */
  readonly #copying: Promise<void>
  /** Fails the latest write. */
  #onFailure: ((error: unknown) => void) | undefined

  constructor(file: OutputFile) {
    this.#file = file
    this.#copying = this.#copy()
    this.#copying.catch((error: unknown) => this.#onFailure?.(error))
  }

  /** Once the file could not be written, gzip takes nothing more, and does not answer a write that is in progress. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onFailure = reject
      this.#gzip.write(bytes, (error) => (error ? void this.#copying.catch(reject) : resolve()))
    })
  }

  async commit(isCancelled: () => boolean): Promise<void> {
    this.#gzip.end()
    await this.#copying
    await this.#file.commit(isCancelled)
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
