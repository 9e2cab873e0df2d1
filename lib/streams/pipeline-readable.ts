import type { Readable, Writable } from 'node:stream'
import { onAbort } from '../kernel/abort.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { RunOptions } from '../kernel/root.ts'
import { CursorReadable } from '../to/readable.ts'
import { PipelineAbortError, prematureClose } from '../errors.ts'

/**
 * What a source or a stage that is called with a signal returns, as `stream.pipeline` does with every function in it.
 *
 * A pipeline aborts that signal whatever ends it early, and fails with the last AbortError that any part of it gives. It
 * destroys the streams it was given, but not this one: so this one fails with what its neighbours were destroyed with, and
 * the pipeline fails as if all were streams of Node.
 */
export class PipelineReadable<T> extends CursorReadable<T> {
  readonly #signal: AbortSignal | undefined
  readonly #source: unknown
  readonly #unlisten: (() => void) | undefined
  #target: unknown

  /** `source` is what the recipe reads, where that is known. */
  constructor(recipe: Recipe<T>, { signal, ...options }: RunOptions, source?: unknown) {
    super(recipe, options)
    this.#signal = signal
    this.#source = source
    if (signal?.aborted === true) this.#abort()
    else this.#unlisten = signal && onAbort(signal, () => this.#abort())
  }

  override pipe<W extends NodeJS.WritableStream>(target: W, options?: { end?: boolean | undefined }): W {
    this.#target = target
    return super.pipe(target, options)
  }

  /** A neighbour may be destroyed before anybody listens to this stream. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#unlisten?.()
    super._destroy(error, (fault) =>
      callback(this.#signal?.aborted === true && this.listenerCount('error') === 0 ? null : fault),
    )
  }

  /**
   * Closes everything at once. Where it is iterated, and no neighbour tells why, its own error comes a turn later: whoever
   * leaves the iteration until then has destroyed it.
   */
  #abort(): void {
    const neighbour = [this.#target, this.#source].find(isDestroyed)
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
