import { NullItemError } from '../errors.ts'
import { Awaited } from './awaited.ts'
import { DONE, PENDING, type Cursor, type Step } from './cursor.ts'
import { openOnce, releaseUnopened } from './from-iterable.ts'
import type { Place } from './place.ts'
import { checkOneOpening, depthOf, type Recipe } from './recipe.ts'
import { disown } from './from-readable.ts'
import type { Scope } from './scope.ts'

/** A source over an async iterable. */
export class AsyncIterableRecipe<T> implements Recipe<T> {
  readonly mode = 'objects'
  readonly depth: number
  readonly parts = []
  readonly #iterable: AsyncIterable<T>
  readonly #argument: string

  constructor(iterable: AsyncIterable<T>, argument: string) {
    this.#iterable = iterable
    this.#argument = argument
    this.depth = depthOf(iterable)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    try {
      const iterator = this.#iterable[Symbol.asyncIterator]()
      return new AsyncIteratorCursor(openOnce(this.#iterable, iterator, this.#argument), scope, place)
    } catch (error) {
      throw scope.blamed(error, place)
    }
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return releaseUnopened(this.#iterable, scope, place)
  }
}

/** A source over a web stream, which is ours from the call. */
export class WebStreamRecipe<T> implements Recipe<T> {
  readonly mode = 'objects'
  readonly depth = 1
  readonly parts = []
  readonly #stream: ReadableStream<T>
  readonly #reader: ReadableStreamDefaultReader<T>
  #opened: object | undefined
  #released = false

  constructor(stream: ReadableStream<T>) {
    this.#stream = stream
    this.#reader = stream.getReader()
    const over = (): void => void (this.#released = true)
    this.#reader.closed.then(over, over)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    checkOneOpening(this.#opened)
    this.#opened = this
    const next = (): Promise<IteratorResult<T>> => this.#reader.read() as Promise<IteratorResult<T>>
    const cancel = async (): Promise<IteratorResult<T>> => {
      if (!this.#released) await this.#reader.cancel()
      return { done: true, value: undefined }
    }
    return new AsyncIteratorCursor({ next, return: cancel }, scope, place)
  }

  giveBack(): void {
    this.#reader.releaseLock()
    disown(this.#stream)
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    if (this.#released) return
    this.#released = true
    return scope.closing(place, () => this.#reader.cancel())
  }
}

/** Asks for the first item when it is opened, for each further one only when it is demanded. */
class AsyncIteratorCursor<T> implements Cursor<T> {
  readonly #iterator: AsyncIterator<T>
  readonly #scope: Scope
  readonly #place: Place
  readonly #awaited: Awaited
  #index = 0
  #over = false
  #closing: void | Promise<void> = undefined

  constructor(iterator: AsyncIterator<T>, scope: Scope, place: Place) {
    this.#iterator = iterator
    this.#scope = scope
    this.#place = place
    this.#awaited = new Awaited(scope)
    this.#request()
  }

  next(): Step<T> {
    if (this.#awaited.idle) this.#request()
    if (this.#awaited.waiting) return PENDING
    const { done, value } = this.#result()
    if (done === true) {
      this.#over = true
      return DONE
    }
    if (value === null && this.#scope.face === 'streams') throw new NullItemError(this.#place, this.#index)
    this.#index++
    return value
  }

  close(): void | Promise<void> {
    if (this.#over) return this.#closing
    this.#over = true
    if (this.#awaited.isOver) return
    const iterator = this.#iterator
    this.#closing = this.#scope.closing(this.#place, () => iterator.return?.())
    return this.#closing
  }

  #request(): void {
    try {
      this.#awaited.start(Promise.resolve(this.#iterator.next()))
    } catch (error) {
      this.#awaited.fail(error)
    }
  }

  #result(): IteratorResult<T> {
    try {
      return this.#awaited.take() as IteratorResult<T>
    } catch (error) {
      this.#over = true
      throw this.#scope.blamed(error, this.#place, this.#iterator)
    }
  }
}
