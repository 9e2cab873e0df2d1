import type { Readable, Writable } from 'node:stream'
import { onAbort } from '../kernel/abort.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { RunOptions } from '../kernel/root.ts'
import { CursorReadable } from '../to/readable.ts'
import { PipelineAbortError, prematureClose } from '../errors.ts'

/**
 * The Readable that a source or stage returns when `stream.pipeline` calls it as a function, with a signal.
 *
 * A pipeline aborts that signal whenever it ends early, and fails with the last AbortError of any of its parts, which would hide
 * the real error. It destroys the streams it was given, but not this one. So this stream fails with the error that its neighbour
 * was destroyed with, and the pipeline fails as if it consisted of Node streams only.
 */
export class PipelineReadable<T> extends CursorReadable<T> {
  readonly #signal: AbortSignal | undefined
  readonly #source: unknown
  readonly #unlisten: (() => void) | undefined
  #destination: unknown

  /** `source` is the stream that the recipe reads, if there is one. */
  constructor(recipe: Recipe<T>, { signal, ...options }: RunOptions, source?: unknown) {
    super(recipe, options)
    this.#signal = signal
    this.#source = source
    if (signal?.aborted === true) this.#abort()
    else this.#unlisten = signal && onAbort(signal, () => this.#abort())
  }

  override pipe<W extends NodeJS.WritableStream>(destination: W, options?: { end?: boolean | undefined }): W {
    this.#destination = destination
    return super.pipe(destination, options)
  }

  /** Drops the error after an abort if there is no 'error' listener yet, since it would be uncaught. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#unlisten?.()
    super._destroy(error, (fault) =>
      callback(this.#signal?.aborted === true && this.listenerCount('error') === 0 ? null : fault),
    )
  }

  /**
   * Closes everything at once. If no neighbour was destroyed, this stream is being iterated, and its own AbortError comes one
   * `setImmediate` later: if the abort made the consumer leave the loop, that has destroyed the stream by then.
   */
  #abort(): void {
    const neighbour = [this.#destination, this.#source].find(isDestroyed)
    if (neighbour !== undefined) {
      this.destroy(neighbour.errored ?? prematureClose())
      return
    }
    const error = new PipelineAbortError(this.#signal?.reason)
    this.closeInputs(error)
    setImmediate(() => this.destroy(error))
  }
}

const isDestroyed = (stream: unknown): stream is Pick<Readable | Writable, 'errored'> =>
  (stream as Partial<Readable> | undefined)?.destroyed === true
