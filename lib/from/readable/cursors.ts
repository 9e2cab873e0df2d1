import { DONE, PENDING, type Cursor, type Step } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { Lifecycle } from './lifecycle.ts'
import { innerState, type InnerState, type ReadableLike } from './readable-like.ts'

/** What the two cursors over a Readable have in common: what they say while there is nothing to read. */
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

  /** The end is told once the stream has closed; one that does not close by itself is closed here. */
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

/** Takes items with `read()` until it gives null, and then waits for 'readable': the cheapest way there is. */
export class ObjectCursor<T> extends ReadableCursor<T> {
  next(): Step<T> {
    const item = this.stream.read() as T | null
    return item === null ? this.idle() : item
  }
}

/**
 * Takes chunks of bytes as they came. `read()` would join those in the buffer, unless the stream believes that it flows; and were
 * it let flow, the chunks that it held when it failed would be lost.
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
