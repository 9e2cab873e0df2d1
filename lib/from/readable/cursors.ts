import { DONE, PENDING, type Cursor, type Step } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { Lifecycle } from './lifecycle.ts'
import { innerState, type InnerState, type ReadableLike } from './readable-like.ts'

/** Base of the two cursors over a Readable: decides what `next()` returns while there is nothing to read. */
abstract class ReadableCursor<T> implements Cursor<T> {
  protected readonly stream: ReadableLike
  readonly #lifecycle: Lifecycle
  readonly #scope: Scope
  readonly #place: Place
  #isWaiting = false

  constructor(lifecycle: Lifecycle, scope: Scope, place: Place) {
    this.#lifecycle = lifecycle
    this.stream = lifecycle.stream
    this.#scope = scope
    this.#place = place
    lifecycle.listen(this.#wake)
  }

  abstract next(): Step<T>

  close(): void | Promise<void> {
    return this.#lifecycle.release(this.#scope, this.#place)
  }

  /** Nothing to read. DONE is returned only after the stream has closed; if it does not close itself, it is destroyed here. */
  protected idle(): Step<T> {
    const lifecycle = this.#lifecycle
    if (!lifecycle.isReleased) {
      if (lifecycle.state === 'failed') throw this.#scope.normalizeError(lifecycle.error, this.#place)
      this.#isWaiting = true
      if (lifecycle.state === 'open' || lifecycle.closesItself) return PENDING
      void this.close()?.then(this.#wake)
    }
    return lifecycle.isClosing ? PENDING : DONE
  }

  #wake = (): void => {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#scope.wake()
  }
}

/** Calls `read()` until it returns null, then waits for 'readable': the cheapest way to read a stream. */
export class ObjectCursor<T> extends ReadableCursor<T> {
  next(): Step<T> {
    const item = this.stream.read() as T | null
    return item === null ? this.idle() : item
  }
}

/**
 * Reads chunks of bytes unchanged. `read()` concatenates the buffered chunks unless the stream is flowing, so it is marked as
 * flowing during the call. Actually letting it flow would lose the chunks that are buffered when it fails.
 */
export class ByteCursor<T> extends ReadableCursor<T> {
  readonly #inner: InnerState

  constructor(lifecycle: Lifecycle, scope: Scope, place: Place) {
    super(lifecycle, scope, place)
    this.#inner = innerState(lifecycle.stream)
  }

  next(): Step<T> {
    const chunk = this.#readChunk()
    return chunk === null ? this.idle() : chunk
  }

  #readChunk(): T | null {
    this.#inner.flowing = true
    try {
      return this.stream.read() as T | null
    } finally {
      this.#inner.flowing = false
    }
  }
}
