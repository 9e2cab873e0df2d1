import { prematureClose } from '../../errors.ts'
import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'
import { innerState, type InnerState, type ReadableLike } from './readable-like.ts'

/** The state of the readable side of a stream. It may still fail after it has ended. */
type State = 'open' | 'ended' | 'failed'

/**
 * Observes a stream that was passed in, from the call until it has closed, whether it is read or not.
 *
 * The stream ends or fails once, and then closes by itself or is destroyed here. An error after that counts as an error while
 * closing.
 */
export class Lifecycle {
  readonly stream: ReadableLike
  readonly #inner: InnerState
  /** Only Node's own streams set `closeEmitted`. They emit no 'error' after 'close'. */
  readonly #isNodeStream: boolean
  readonly #closesAtEnd: boolean
  #state: State = 'open'
  #error: unknown
  /** True from 'end' on, even if the stream has failed since. */
  #hasEnded: boolean
  #hasClosed: boolean
  /** `release` was called: its items are no longer needed. */
  #isReleased = false
  #closing: void | Promise<void> = undefined
  #onClosed: ((fault?: PromiseLike<never>) => void) | undefined
  /** The error it emitted after `release`, as a rejected promise. */
  #fault: Promise<never> | undefined
  #onNews: (() => void) | undefined

  constructor(stream: ReadableLike, hasEnded: boolean) {
    this.stream = stream
    this.#inner = innerState(stream)
    const { autoDestroy, closeEmitted, emitClose } = this.#inner
    this.#isNodeStream = closeEmitted !== undefined
    this.#closesAtEnd = autoDestroy === true && emitClose === true
    this.#hasClosed = closeEmitted === true
    this.#hasEnded = hasEnded
    if (hasEnded) this.#state = 'ended'
    if (stream.errored != null) this.#fail(stream.errored)
    else if (stream.destroyed === true && !hasEnded) this.#awaitPendingError()
    stream.on('end', this.#onEnd)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
  }

  get state(): State {
    return this.#state
  }

  get error(): unknown {
    return this.#error
  }

  get isReleased(): boolean {
    return this.#isReleased
  }

  /** Whether it was released and has not closed yet. */
  get isClosing(): boolean {
    return this.#closing !== undefined
  }

  /** For a stream that has ended: whether it will close by itself. False for one that is still writable or has no autoDestroy. */
  get closesItself(): boolean {
    return !this.#hasClosed && this.#closesAtEnd && this.stream.writable !== true
  }

  /** Calls back on 'readable', 'end', 'error' and 'close'. */
  listen(onNews: () => void): void {
    this.#onNews = onNews
    if (this.#state !== 'open') return
    this.stream.on('readable', onNews)
    // A stream that does not emit 'close' may have been destroyed without any event.
    if (this.stream.destroyed === true) this.#awaitPendingError()
  }

  /** Destroys the stream unless it has closed, and waits for 'close'. */
  release(scope: Scope, place: Place): void | Promise<void> {
    if (this.#isReleased) return this.#closing
    // It has failed before, and only its 'error' is still to come.
    if (this.stream.errored != null) this.#fail(this.stream.errored)
    this.#isReleased = true
    this.#closing = scope.closing(place, () => this.#destroy())
    if (this.#closing !== undefined) void this.#closing.then(() => (this.#closing = undefined))
    return this.#closing
  }

  /** Gives the stream back to its owner. If it is being destroyed, it is observed until it has closed. */
  leave(): void {
    this.#isReleased = true
    if (this.stream.destroyed !== true || this.#hasClosed || this.#inner.emitClose !== true) this.giveBack()
  }

  /** Removes all our listeners. */
  giveBack(): void {
    this.#unlisten()
    this.stream.removeListener('error', this.#onError)
  }

  #destroy(): Promise<unknown> | undefined {
    if (!this.#hasClosed) this.stream.destroy()
    if (!this.#hasClosed && this.#inner.emitClose === true) {
      return new Promise<void>((resolve) => (this.#onClosed = resolve))
    }
    if (this.#hasClosed || !this.#isNodeStream) this.#unlisten()
    else setTimeout(() => this.#unlisten(), 0)
    return this.#fault
  }

  /** It was destroyed before we got it: its 'error' may still come, or was already emitted to somebody else. */
  #awaitPendingError(): void {
    if (this.#isNodeStream && this.#inner.emitClose === true && !this.#hasClosed) return
    setTimeout(this.#onClose, 0)
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed') return
    this.#state = 'failed'
    this.#error = error
  }

  #onEnd = (): void => {
    // readable-stream 2 emits 'end' on a destroyed stream, and only then 'error'.
    if (!this.#isNodeStream && this.stream.destroyed === true) {
      this.#awaitPendingError()
      return
    }
    this.#hasEnded = true
    if (this.#state === 'open') this.#state = 'ended'
    this.#onNews?.()
  }

  #onError = (error: Error): void => {
    if (this.#isReleased && this.#state !== 'failed') {
      this.#fault = Promise.reject(error)
      this.#fault.catch(() => undefined)
    }
    this.#fail(error)
    this.#onNews?.()
  }

  #onClose = (): void => {
    this.#hasClosed = true
    if (!this.#hasEnded) this.#fail(prematureClose())
    this.#onClosed?.(this.#fault)
    if (this.#isReleased) this.#unlisten()
    else this.#onNews?.()
  }

  /** Keeps the 'error' listener if the stream may still emit one, which would otherwise be uncaught. */
  #unlisten(): void {
    const { stream } = this
    if (this.#onNews !== undefined) stream.removeListener('readable', this.#onNews)
    stream.removeListener('end', this.#onEnd)
    stream.removeListener('close', this.#onClose)
    const cannotFail = this.#inner.closeEmitted ?? (this.#hasEnded && stream.write === undefined)
    if (cannotFail) stream.removeListener('error', this.#onError)
  }
}
