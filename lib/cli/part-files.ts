import { createWriteStream } from 'node:fs'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes parts to files, at most a number of which are open at once, those that are still being closed included. */
export class PartFiles {
  readonly #maxOpen: number
  readonly #open = new Set<Promise<void>>()
  /** The latest file of each path. */
  readonly #latest = new Map<string, Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(maxOpen: number) {
    this.#maxOpen = maxOpen
  }

  /** Writes what can be read from `bytes` to a file, after what was written to it before. */
  async write(bytes: Duplex, path: string, flags: string): Promise<void> {
    await this.#latest.get(path)
    while (this.#open.size >= this.#maxOpen) await Promise.race(this.#open)
    const written = pipeline(bytes, createWriteStream(path, { flags }))
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#open.delete(written))
    this.#open.add(written)
    this.#latest.set(path, written)
  }

  /** Waits for all files to be closed; fails with the first error of any. */
  async close(): Promise<void> {
    await Promise.all(this.#open)
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
