import { ArgumentError, prematureClose } from '../errors.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { disown, takeOver } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import { checkOneOpening, type Mode, type Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject } from '../kernel/guards.ts'

/** What this library needs of a readable stream, Node's own or one that keeps its contract. */
export interface ReadableLike {
  read(): unknown
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  listenerCount(event: string): number
  destroy(error?: Error): unknown
  readableFlowing?: boolean | null
  readonly readableObjectMode?: boolean
  readonly readableEnded?: boolean
  readonly writable?: boolean
  readonly write?: unknown
  readonly destroyed?: boolean
  readonly errored?: Error | null
}

interface InnerState {
  readonly objectMode?: boolean
  readonly emitClose?: boolean
  readonly autoDestroy?: boolean
  readonly endEmitted?: boolean
  /** Only Node's own streams have it; after their 'close' no error comes. */
  readonly closeEmitted?: boolean
  flowing?: boolean | null
}

const innerState = (stream: object): InnerState =>
  (stream as { _readableState?: InnerState })._readableState ?? {}

/** Anything that calls itself a readable stream by its methods, whether it can be used or not. */
export function isReadable(value: unknown): value is ReadableLike {
  const stream = value as Partial<Record<'pipe' | 'on', unknown>>
  return isObject(value) && typeof stream.pipe === 'function' && typeof stream.on === 'function'
}

/** Whether a stream works as Node's do: such a one knows its mode. */
export function isNodeLike(stream: ReadableLike): boolean {
  const mode: unknown = stream.readableObjectMode ?? innerState(stream).objectMode
  return (
    typeof mode === 'boolean' && typeof stream.read === 'function' && typeof stream.destroy === 'function'
  )
}

/** A stream that nothing can be read from: an old one, or one that is only written to. */
export function unreadable(stream: object, argument: string): ArgumentError {
  const { name } = stream.constructor
  return new ArgumentError(
    argument,
    'a Node-like Readable or a stream with an async iterator',
    `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name} that is neither`,
    'if it is an old-style stream, give stream.pipe(new PassThrough({ objectMode: true }))',
  )
}

/** Refuses a stream that somebody else reads too; chunks cannot be made to flow past a 'readable' listener. */
function checkUnread(stream: ReadableLike, inner: InnerState, mode: Mode, argument: string): void {
  const flows = (stream.readableFlowing ?? inner.flowing) === true || stream.listenerCount('data') > 0
  if (!flows && (mode === 'objects' || stream.listenerCount('readable') === 0)) return
  throw new ArgumentError(
    argument,
    'a Readable that nobody else reads',
    flows ? "one that is flowing ('data', pipe or resume)" : "one with a 'readable' listener",
  )
}

/**
 * A Readable, ours from the call: its error, end and close are observed from then on, reading starts when it is opened,
 * and it is closed with the output even if it was never reached.
 *
 * Items are taken with `read()` until null and then 'readable', the cheapest way there is. Chunks of bytes are too, but
 * `read()` would join them, unless the stream believes that it flows; and were it let flow, those that it held when it
 * failed would be lost.
 */
export class ReadableRecipe<T> implements Recipe<T>, Cursor<T> {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly #stream: ReadableLike
  readonly #argument: string
  readonly #inner: InnerState
  readonly #isNodes: boolean
  readonly #closesAtEnd: boolean
  #scope: Scope | undefined
  #place: Place | undefined
  #waiting = false
  #ended = false
  #closed = false
  #failure: { readonly error: unknown } | undefined
  /** Nothing of it is wanted any more. */
  #over = false
  #closing: void | Promise<void> = undefined
  #settled: ((fault?: PromiseLike<never>) => void) | undefined
  /** What the stream failed with after we had begun to close it. */
  #fault: Promise<never> | undefined

  constructor(stream: ReadableLike, argument: string) {
    this.#inner = innerState(stream)
    const { autoDestroy, closeEmitted, emitClose, endEmitted, objectMode } = this.#inner
    const { destroyed = false, errored } = stream
    this.mode = (stream.readableObjectMode ?? objectMode) === true ? 'objects' : 'bytes'
    this.#ended = stream.readableEnded ?? endEmitted === true
    if (!destroyed && !this.#ended) checkUnread(stream, this.#inner, this.mode, argument)
    takeOver(stream, argument)
    this.#argument = argument
    this.#stream = stream
    this.#isNodes = closeEmitted !== undefined
    this.#closesAtEnd = autoDestroy === true && emitClose === true
    this.#closed = closeEmitted === true
    if (errored != null) this.#fail(errored)
    else if (destroyed && !this.#ended) this.#awaitReason()
    stream.on('end', this.#onEnd)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    checkOneOpening(this.#scope, this.#argument)
    this.#scope = scope
    this.#place = place
    if (!this.#ended && this.#failure === undefined) this.#stream.on('readable', this.#onReadable)
    return this
  }

  next(): Step<T> {
    const item = this.mode === 'bytes' ? this.#readChunk() : (this.#stream.read() as T | null)
    return item !== null ? item : this.#idle()
  }

  close(): void | Promise<void> {
    if (this.#scope !== undefined && this.#place !== undefined) return this.release(this.#scope, this.#place)
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    if (this.#over) return this.#closing
    this.#over = true
    this.#closing = scope.closing(place, () => this.#destroy())
    return this.#closing
  }

  giveBack(): void {
    this.#forget()
    this.#stream.removeListener('error', this.#onError)
    disown(this.#stream)
  }

  #readChunk(): T | null {
    this.#inner.flowing = true
    try {
      return this.#stream.read() as T | null
    } finally {
      this.#inner.flowing = false
    }
  }

  #idle(): Step<T> {
    if (this.#over) return this.#closing === undefined ? DONE : PENDING
    if (this.#failure !== undefined) {
      throw (this.#scope as Scope).normalizeError(this.#failure.error, this.#place as Place)
    }
    this.#waiting = true
    if (!this.#ended) return PENDING
    // One that is written to still, or that does not close by itself, is closed here.
    if (!this.#closed && this.#closesAtEnd && this.#stream.writable !== true) return PENDING
    const closing = this.close()
    if (closing === undefined) return DONE
    void closing.then(() => {
      this.#closing = undefined
      this.#wake()
    })
    return PENDING
  }

  #destroy(): Promise<unknown> | undefined {
    if (!this.#closed) this.#stream.destroy()
    if (!this.#closed && this.#inner.emitClose === true) {
      return new Promise<void>((resolve) => (this.#settled = resolve))
    }
    if (this.#closed || !this.#isNodes) this.#forget()
    else setTimeout(() => this.#forget(), 0)
    return this.#fault
  }

  /** It was destroyed before it was ours, for a reason that is still to come, or was told to somebody else. */
  #awaitReason(): void {
    if (this.#isNodes && this.#inner.emitClose === true && !this.#closed) return
    setTimeout(this.#onClose, 0)
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  #wake(): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#scope?.wake()
  }

  #onReadable = (): void => this.#wake()

  #onEnd = (): void => {
    // readable-stream 2 ends what is destroyed, and then says why it was.
    if (!this.#isNodes && this.#stream.destroyed === true) {
      this.#awaitReason()
      return
    }
    this.#ended = true
    this.#wake()
  }

  #onError = (error: Error): void => {
    if (this.#over && this.#failure === undefined) {
      this.#fault = Promise.reject(error)
      this.#fault.catch(() => undefined)
    }
    this.#fail(error)
    this.#wake()
  }

  #onClose = (): void => {
    this.#closed = true
    if (!this.#ended) this.#fail(prematureClose())
    this.#settled?.(this.#fault)
    if (this.#over) this.#forget()
    else this.#wake()
  }

  /** Nothing of ours stays behind on the stream, but where an error may still come. */
  #forget(): void {
    this.#stream.removeListener('readable', this.#onReadable)
    this.#stream.removeListener('end', this.#onEnd)
    this.#stream.removeListener('close', this.#onClose)
    const cannotFail = this.#inner.closeEmitted ?? (this.#ended && this.#stream.write === undefined)
    if (cannotFail) this.#stream.removeListener('error', this.#onError)
  }
}
