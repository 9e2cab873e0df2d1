import { prematureClose } from '../../errors.ts'
import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'
import { innerState, type InnerState, type ReadableLike } from './readable-like.ts'

/** How the readable side of a stream stands; one that has ended may fail still. */
type State = 'open' | 'ended' | 'failed'

/**
 * What becomes of a stream that was handed over: observed from the call on, read or not, until it has closed.
 *
 * It ends or fails once, and closes by itself or is destroyed here; what it fails with after that is a fault of closing.
 */
export class Lifecycle {
  readonly stream: ReadableLike
  readonly #inner: InnerState
  /** Only Node's own streams say so; after their 'close' no error comes. */
  readonly #isNodes: boolean
  readonly #closesAtEnd: boolean
  #state: State = 'open'
  #error: unknown
  /** It has ended, whatever came after. */
  #hasEnded: boolean
  #hasClosed: boolean
  /** Nothing of it is wanted any more. */
  #isReleased = false
  #closing: void | Promise<void> = undefined
  #onClosed: ((fault?: PromiseLike<never>) => void) | undefined
  /** What it has failed with since it was released. */
  #fault: Promise<never> | undefined
  #onNews: (() => void) | undefined

  constructor(stream: ReadableLike, hasEnded: boolean) {
    this.stream = stream
    this.#inner = innerState(stream)
    const { autoDestroy, closeEmitted, emitClose } = this.#inner
    this.#isNodes = closeEmitted !== undefined
    this.#closesAtEnd = autoDestroy === true && emitClose === true
    this.#hasClosed = closeEmitted === true
    this.#hasEnded = hasEnded
    if (hasEnded) this.#state = 'ended'
    if (stream.errored != null) this.#fail(stream.errored)
    else if (stream.destroyed === true && !hasEnded) this.#awaitReason()
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

  /** Whether it is still closing, after it was released. */
  get isClosing(): boolean {
    return this.#closing !== undefined
  }

  /** It has ended and is going to close without us; not so one that can still be written to, or that never closes by itself. */
  get closesItself(): boolean {
    return !this.#hasClosed && this.#closesAtEnd && this.stream.writable !== true
  }

  /** Calls back on items, the end, an error and the close. */
  listen(onNews: () => void): void {
    this.#onNews = onNews
    if (this.#state === 'open') this.stream.on('readable', onNews)
  }

  /** Destroys it unless it has closed, and waits until it has. */
  release(scope: Scope, place: Place): void | Promise<void> {
    if (this.#isReleased) return this.#closing
    this.#isReleased = true
    this.#closing = scope.closing(place, () => this.#destroy())
    if (this.#closing !== undefined) void this.#closing.then(() => (this.#closing = undefined))
    return this.#closing
  }

  /** Nothing of ours stays on it. */
  giveBack(): void {
    this.#forget()
    this.stream.removeListener('error', this.#onError)
  }

  #destroy(): Promise<unknown> | undefined {
    if (!this.#hasClosed) this.stream.destroy()
    if (!this.#hasClosed && this.#inner.emitClose === true) {
      return new Promise<void>((resolve) => (this.#onClosed = resolve))
    }
    if (this.#hasClosed || !this.#isNodes) this.#forget()
    else setTimeout(() => this.#forget(), 0)
    return this.#fault
  }

  /** It was destroyed before it was ours, for a reason that is still to come, or was told to somebody else. */
  #awaitReason(): void {
    if (this.#isNodes && this.#inner.emitClose === true && !this.#hasClosed) return
    setTimeout(this.#onClose, 0)
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed') return
    this.#state = 'failed'
    this.#error = error
  }

  #onEnd = (): void => {
    // readable-stream 2 ends what is destroyed, and then says why it was.
    if (!this.#isNodes && this.stream.destroyed === true) {
      this.#awaitReason()
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
    if (this.#isReleased) this.#forget()
    else this.#onNews?.()
  }

  /** Listens on only for an error, where one may still come. */
  #forget(): void {
    const { stream } = this
    if (this.#onNews !== undefined) stream.removeListener('readable', this.#onNews)
    stream.removeListener('end', this.#onEnd)
    stream.removeListener('close', this.#onClose)
    const cannotFail = this.#inner.closeEmitted ?? (this.#hasEnded && stream.write === undefined)
    if (cannotFail) stream.removeListener('error', this.#onError)
  }
}
