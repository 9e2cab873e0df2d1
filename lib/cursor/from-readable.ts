import { ArgumentError, prematureClose } from '../errors.ts'
import { DONE, PENDING, type Cursor, type Step } from './cursor.ts'
import { isObject, type Place } from './place.ts'
import { checkOneOpening, type Mode, type Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

/** What this library needs of a readable stream, Node's own or one that keeps its contract. */
export interface ReadableLike {
  read(): unknown
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  listenerCount(event: string): number
  destroy(error?: Error): unknown
  pause(): unknown
  resume(): unknown
  readonly readableFlowing?: boolean | null
  readonly readableObjectMode?: boolean
  readonly readableEnded?: boolean
  readonly writable?: boolean
  readonly destroyed?: boolean
  readonly closed?: boolean
  readonly errored?: Error | null
}

interface InnerState {
  readonly objectMode?: boolean
  readonly emitClose?: boolean
  readonly autoDestroy?: boolean
  readonly endEmitted?: boolean
  readonly flowing?: boolean | null
}

const innerState = (stream: ReadableLike): InnerState =>
  (stream as { _readableState?: InnerState })._readableState ?? {}

/** Anything that calls itself a readable stream by its methods, whether it can be used or not. */
export function isReadable(value: unknown): value is ReadableLike {
  const stream = value as Partial<Record<'pipe' | 'on', unknown>>
  return isObject(value) && typeof stream.pipe === 'function' && typeof stream.on === 'function'
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

const given = new WeakSet<object>()

/** Marks a stream as ours; nobody may hand it over again. */
export function takeOver(stream: object, argument: string): void {
  if (given.has(stream))
    throw new ArgumentError(argument, 'a stream of its own', 'a stream that was given already')
  given.add(stream)
}

/** The call that it was given to was refused. */
export function disown(stream: object): void {
  given.delete(stream)
}

/**
 * A Readable, ours from the call: its error, end and close are observed from then on, reading starts when it is opened,
 * and it is closed with the output even if it was never reached.
 *
 * Items are taken with `read()` until null and then 'readable', the cheapest way there is; but `read()` would join
 * chunks of bytes, so those come by 'data', one at a time.
 */
export class ReadableRecipe<T> implements Recipe<T>, Cursor<T> {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly #stream: ReadableLike
  readonly #argument: string
  readonly #emitsClose: boolean
  readonly #closesAtEnd: boolean
  #scope: Scope | undefined
  #place: Place | undefined
  #chunk: T | null = null
  #waiting = false
  #ended = false
  #closed = false
  #failed = false
  #over = false
  #error: unknown
  #closing: void | Promise<void> = undefined
  #settled: ((fault?: PromiseLike<never>) => void) | undefined
  /** What the stream failed with after we had begun to close it. */
  #fault: Promise<never> | undefined

  constructor(stream: ReadableLike, argument: string) {
    if (typeof stream.read !== 'function' || typeof stream.destroy !== 'function') {
      throw new ArgumentError(
        argument,
        'a Readable with read() and destroy(); wrap an older stream: new Readable().wrap(it)',
      )
    }
    const inner = innerState(stream)
    this.mode = (stream.readableObjectMode ?? inner.objectMode) === true ? 'objects' : 'bytes'
    if (stream.destroyed !== true && (stream.readableEnded ?? inner.endEmitted) !== true)
      checkUnread(stream, inner, this.mode, argument)
    takeOver(stream, argument)
    this.#argument = argument
    this.#stream = stream
    this.#emitsClose = inner.emitClose === true
    this.#closesAtEnd = inner.autoDestroy === true && this.#emitsClose
    this.#ended = stream.readableEnded ?? inner.endEmitted === true
    if (stream.errored != null) this.#fail(stream.errored)
    else if (stream.destroyed === true && !this.#ended) this.#fail(prematureClose())
    this.#closed = stream.closed ?? stream.destroyed === true
    stream.on('end', this.#onEnd)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    checkOneOpening(this.#scope, this.#argument)
    this.#scope = scope
    this.#place = place
    if (!this.#ended && !this.#failed) {
      if (this.mode === 'objects') {
        this.#stream.on('readable', this.#onReadable)
      } else {
        this.#stream.on('data', this.#onData)
        this.#stream.resume()
      }
    }
    return this
  }

  next(): Step<T> {
    if (this.mode === 'bytes') return this.#nextChunk()
    const item = this.#stream.read() as T | null
    return item !== null ? item : this.#idle()
  }

  close(): void | Promise<void> {
    if (this.#scope !== undefined && this.#place !== undefined) return this.release(this.#scope, this.#place)
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    if (this.#over) return this.#closing
    this.#over = true
    if (this.#closed) return this.#forget()
    this.#closing = scope.closing(place, () => {
      this.#stream.destroy()
      if (this.#closed) return this.#fault
      if (this.#emitsClose) return new Promise<void>((resolve) => (this.#settled = resolve))
      this.#forget('all but errors')
    })
    return this.#closing
  }

  giveBack(): void {
    this.#forget()
    disown(this.#stream)
  }

  #nextChunk(): Step<T> {
    const chunk = this.#chunk
    if (chunk === null) return this.#idle()
    this.#chunk = null
    if (!this.#ended && !this.#failed) this.#stream.resume()
    return chunk
  }

  #idle(): Step<T> {
    if (this.#failed) {
      const rest = this.mode === 'bytes' ? (this.#stream.read() as T | null) : null
      if (rest !== null) return rest
      throw (this.#scope as Scope).blamed(this.#error, this.#place as Place)
    }
    if (this.#ended && (this.#closed || !this.#closesAtEnd || this.#stream.writable === true)) {
      this.#over = true
      this.#forget()
      return DONE
    }
    this.#waiting = true
    return PENDING
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#error = error
  }

  #wake(): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#scope?.wake()
  }

  #onReadable = (): void => this.#wake()

  #onData = (chunk: T): void => {
    this.#stream.pause()
    this.#chunk = chunk
    this.#wake()
  }

  #onEnd = (): void => {
    this.#ended = true
    this.#wake()
  }

  #onError = (error: Error): void => {
    if (this.#over && !this.#failed) {
      this.#fault = Promise.reject(error)
      this.#fault.catch(() => undefined)
    }
    this.#fail(error)
    if (!this.#emitsClose) this.#onClose()
    this.#wake()
  }

  #onClose = (): void => {
    this.#closed = true
    if (!this.#ended) this.#fail(prematureClose())
    this.#settled?.(this.#fault)
    if (this.#over) this.#forget()
    else this.#wake()
  }

  /** Nothing of ours stays behind on the stream, but where it does not say when it has closed: an error may still come. */
  #forget(but?: 'all but errors'): void {
    this.#stream.removeListener('readable', this.#onReadable)
    this.#stream.removeListener('data', this.#onData)
    this.#stream.removeListener('end', this.#onEnd)
    this.#stream.removeListener('close', this.#onClose)
    if (but === undefined) this.#stream.removeListener('error', this.#onError)
  }
}
