import { prematureClose } from '../errors.ts'
import { claimTarget, giveBackTarget } from '../kernel/ownership.ts'
import {
  emitterOf,
  innerState,
  isStandardOutput,
  mayFailAfterClose,
  type WritableLike,
} from './writable-like.ts'

/** Learns what happens to a target between writes. */
export interface TargetListener {
  onDrain(): void
  /** After `end()`, everything has been written. */
  onFinish(): void
  /** Nothing more will happen to it. */
  onClose?(): void
  /** It has failed, or has ended or closed before `end()` was called. Called once; also for an error after 'finish'. */
  onFailure(error: unknown): void
}

/**
 * A Writable that was passed in, and that we write to, end and destroy. It is claimed, and observed until it has closed, so that
 * none of its errors goes unhandled.
 */
export class Target {
  readonly stream: WritableLike
  /** Standard output and standard error belong to the process: they may be shared, and are never destroyed. */
  readonly isStandardOutput: boolean
  /** Its last write returned false, and it has not drained since. */
  needsDrain: boolean
  readonly #listener: TargetListener
  #state: 'open' | 'ending' | 'finished' = 'open'
  #isClosed = false
  /** It may be destroyed without emitting any event. */
  readonly isSilent: boolean
  /** It has failed, or we have destroyed it. */
  #isGone = false
  #closing: Promise<void> | undefined
  #onClosed: ((fault?: PromiseLike<never>) => void) | undefined
  /** The error that we have destroyed it with, to tell it from an error of its own. */
  #reason: Error | undefined
  /** An error that it emitted after we had destroyed it, as a rejected promise. */
  #fault: Promise<never> | undefined

  /** The stream was checked by `checkWritable`. */
  constructor(stream: WritableLike, argument: string, listener: TargetListener) {
    this.isStandardOutput = isStandardOutput(stream)
    if (!this.isStandardOutput) claimTarget(stream, argument)
    this.stream = stream
    this.#listener = listener
    this.isSilent = innerState(stream).emitClose !== true
    this.needsDrain = (stream.writableNeedDrain ?? innerState(stream).needDrain) === true
    const emitter = emitterOf(stream)
    emitter.on('drain', this.#onDrain)
    emitter.on('finish', this.#onFinish)
    emitter.on('error', this.#onError)
    emitter.on('close', this.#onClose)
  }

  /** Writes an item; true if the target takes more at once. */
  write(item: unknown): boolean {
    if (this.isSilent) this.checkDestroyed()
    if (this.#isGone) return false
    try {
      this.needsDrain = this.stream.write(item) === false
    } catch (error) {
      this.fail(error)
    }
    return !this.needsDrain && !this.#isGone
  }

  end(): void {
    this.#state = 'ending'
    this.stream.end()
    this.checkDestroyed()
  }

  /** Whether it will emit 'close' by itself after 'finish'. A Duplex that nobody reads will not. */
  get closesItself(): boolean {
    const { autoDestroy, emitClose } = innerState(this.stream)
    const { readable, readableFlowing } = this.stream as {
      readonly readable?: boolean
      readonly readableFlowing?: boolean | null
    }
    return autoDestroy === true && emitClose === true && (readable !== true || readableFlowing !== null)
  }

  get isFinished(): boolean {
    return this.#state === 'finished'
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** An old stream may be destroyed without any event. */
  checkDestroyed(): void {
    if (this.isSilent && this.stream.destroyed === true) this.fail(prematureClose())
  }

  /** Destroys it unless it has closed, and waits for 'close'. */
  destroy(error: Error): Promise<void> | undefined {
    if (!this.#isGone) this.#reason = error
    this.#isGone = true
    if (this.isStandardOutput) this.giveBack()
    else if (!this.#isClosed) this.stream.destroy(error)
    if (this.isClosed || this.isStandardOutput || this.isSilent) return undefined
    return (this.#closing ??= new Promise<void>((resolve) => (this.#onClosed = resolve)))
  }

  /** Returns it to its owner: removes all our listeners. */
  giveBack(): void {
    this.#unlisten()
    emitterOf(this.stream).removeListener('error', this.#onError)
    giveBackTarget(this.stream)
  }

  /** It has failed; does nothing if it has before, or is destroyed. */
  fail(error: unknown): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#listener.onFailure(error)
  }

  readonly #onDrain = (): void => {
    if (!this.needsDrain) return
    this.needsDrain = false
    if (!this.#isGone) this.#listener.onDrain()
  }

  readonly #onFinish = (): void => {
    if (this.#state === 'open') return this.fail(prematureClose())
    this.#state = 'finished'
    if (!this.#isGone) this.#listener.onFinish()
  }

  readonly #onError = (error: Error): void => {
    this.fail(error)
    if (this.#reason === undefined || error === this.#reason) return
    this.#fault = Promise.reject(error)
    this.#fault.catch(() => undefined)
  }

  readonly #onClose = (): void => {
    this.#isClosed = true
    this.#unlisten()
    if (!mayFailAfterClose(this.stream)) emitterOf(this.stream).removeListener('error', this.#onError)
    if (this.#state !== 'finished') this.fail(prematureClose())
    this.#onClosed?.(this.#fault)
    this.#listener.onClose?.()
  }

  #unlisten(): void {
    emitterOf(this.stream).removeListener('drain', this.#onDrain)
    emitterOf(this.stream).removeListener('finish', this.#onFinish)
    emitterOf(this.stream).removeListener('close', this.#onClose)
  }
}
