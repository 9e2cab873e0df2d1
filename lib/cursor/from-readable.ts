import { ArgumentError, prematureClose } from '../errors.ts'
import { DONE, PENDING, type Cursor, type Step } from './cursor.ts'
import { checkOneOpening } from './from-iterable.ts'
import { isObject, type Place } from './place.ts'
import type { Mode, Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

/** What this library needs of a readable stream, Node's own or one that keeps its contract. */
export interface ReadableLike {
  read(): unknown
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
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
}

const innerState = (stream: ReadableLike): InnerState =>
  (stream as { _readableState?: InnerState })._readableState ?? {}

/** Anything that calls itself a readable stream by its methods, whether it can be used or not. */
export function isReadable(value: unknown): value is ReadableLike {
  const stream = value as Partial<Record<'pipe' | 'on', unknown>>
  return isObject(value) && typeof stream.pipe === 'function' && typeof stream.on === 'function'
}

const given = new WeakSet<object>()

/** Marks a stream as ours; nobody may hand it over again. */
export function takeOver(stream: object, argument: string): void {
  if (given.has(stream))
    throw new ArgumentError(argument, 'a stream of its own', 'a stream that was given already')
  given.add(stream)
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
  #settled: (() => void) | undefined

  constructor(stream: ReadableLike, argument: string) {
    if (typeof stream.read !== 'function' || typeof stream.destroy !== 'function') {
      throw new ArgumentError(
        argument,
        'a Readable with read() and destroy(); wrap an older stream: new Readable().wrap(it)',
      )
    }
    if (stream.readableFlowing === true) {
      throw new ArgumentError(
        argument,
        'a Readable that nobody else reads',
        "one that is flowing ('data', pipe or resume)",
      )
    }
    takeOver(stream, argument)
    const inner = innerState(stream)
    this.#stream = stream
    this.mode = (stream.readableObjectMode ?? inner.objectMode) === true ? 'objects' : 'bytes'
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
    checkOneOpening(this.#scope)
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
      if (this.#closed || !this.#emitsClose) return
      return new Promise<void>((resolve) => {
        this.#settled = resolve
      })
    })
    return this.#closing
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

  #onError = (error: unknown): void => {
    this.#fail(error)
    if (!this.#emitsClose) this.#onClose()
    this.#wake()
  }

  #onClose = (): void => {
    this.#closed = true
    if (!this.#ended) this.#fail(prematureClose())
    this.#settled?.()
    if (this.#over) this.#forget()
    else this.#wake()
  }

  /** Nothing of ours stays behind on the stream. */
  #forget(): void {
    this.#stream.removeListener('readable', this.#onReadable)
    this.#stream.removeListener('data', this.#onData)
    this.#stream.removeListener('end', this.#onEnd)
    this.#stream.removeListener('close', this.#onClose)
    this.#stream.removeListener('error', this.#onError)
  }
}
