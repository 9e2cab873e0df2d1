import { prematureClose } from '../errors.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { claim } from '../kernel/ownership.ts'
import type { Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/** A stream that behaves differently from Node's (streamx, minipass): only its async iterator is reliable. */
export interface ForeignStream<T> {
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  destroy?(): unknown
  [Symbol.asyncIterator](): AsyncIterator<T>
  readonly destroyed?: boolean
  readonly readableEnded?: boolean
  /** Only in minipass. */
  readonly emittedEnd?: boolean
  /** Only in streamx. */
  readonly _readableState?: { readonly ended?: boolean }
}

export const isForeignStream = <T>(stream: object): stream is ForeignStream<T> =>
  typeof (stream as Partial<ForeignStream<T>>)[Symbol.asyncIterator] === 'function'

/**
 * Owns the stream from the call on: listens to its end and its errors, and destroys it afterwards. Its iterator cannot be trusted
 * to do so: not every one destroys the stream, or reports that the stream had failed or been destroyed before.
 */
export class ForeignStreamRecipe<T> implements Recipe<T>, Owned {
  readonly mode = 'unknown'
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject: ForeignStream<T>
  readonly argument: string
  #iterator: AsyncIterator<T> | undefined
  #failure: { readonly error: unknown } | undefined
  /** It was destroyed before the call and does not tell whether it had ended. */
  readonly #mayHaveEnded: boolean
  #ended: boolean
  #isOver = false
  /** Rejects the pending `next()`. */
  #reject: ((error: Error) => void) | undefined

  constructor(stream: ForeignStream<T>, argument: string) {
    claim(stream, argument)
    this.subject = stream
    this.argument = argument
    const ended = stream.readableEnded ?? stream.emittedEnd ?? stream._readableState?.ended
    this.#ended = ended === true
    this.#mayHaveEnded = ended === undefined && stream.destroyed === true
    stream.on('end', this.#onEnd)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    const iterator = this.subject[Symbol.asyncIterator]()
    this.#iterator = iterator
    const close = (): Promise<never> => this.#close() as Promise<never>
    return new AsyncIteratorCursor({ next: () => this.#next(iterator), return: close }, scope, place)
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return scope.closing(place, () => this.#close())
  }

  giveBack(): void {
    this.#unlisten()
  }

  #next(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      const onResult = (result: IteratorResult<T>): void => {
        const isEnd = result.done === true
        if (isEnd && this.#hasFailed()) {
          this.#fail(prematureClose())
          return
        }
        this.#reject = undefined
        if (isEnd) this.#finish()
        resolve(result)
      }
      iterator.next().then(onResult, (error: unknown) => this.#fail(error))
      if (this.subject.destroyed === true) this.#failSoon()
    })
  }

  /** Whether the stream has failed, even if its iterator reports a normal end. */
  #hasFailed(): boolean {
    if (this.#failure !== undefined) return true
    return this.subject.destroyed === true && !this.#ended && !this.#mayHaveEnded
  }

  /**
   * Prefers the stream's own error, since the iterator may only report that the stream was destroyed. The stream is destroyed
   * here, because a cursor that has thrown is not closed.
   */
  #fail(error: unknown): void {
    const { destroyed } = this.subject
    this.#reject?.((this.#failure?.error ?? (destroyed === true ? prematureClose() : error)) as Error)
    this.#reject = undefined
    this.#finish()
  }

  /** Some iterators never settle once the stream is gone. Those that do, do so before timers run. */
  #failSoon(): void {
    const reject = this.#reject
    if (reject === undefined || this.#ended) return
    setTimeout(() => {
      if (this.#reject === reject) this.#fail(prematureClose())
    }, 0)
  }

  #close(): Promise<void> | undefined {
    if (this.#isOver) return undefined
    const earlierFailure = this.#failure
    const returned: unknown = this.#iterator?.return?.()
    this.#finish()
    return Promise.resolve(returned).then(() => {
      if (this.#failure !== earlierFailure) throw this.#failure?.error
    })
  }

  #finish(): void {
    this.#isOver = true
    if (this.subject.destroyed !== true) this.subject.destroy?.()
    // Until it emits 'close', the stream may still emit an 'error', which would be uncaught without a listener.
    setTimeout(() => this.#unlisten('all but errors'), 0)
  }

  #onEnd = (): void => {
    this.#ended = true
  }

  #onError = (error: unknown): void => {
    this.#failure ??= { error }
    this.#failSoon()
  }

  #onClose = (): void => {
    if (this.#isOver) this.#unlisten()
    else this.#failSoon()
  }

  #unlisten(from: 'everything' | 'all but errors' = 'everything'): void {
    this.subject.removeListener('end', this.#onEnd)
    this.subject.removeListener('close', this.#onClose)
    if (from === 'everything') this.subject.removeListener('error', this.#onError)
  }
}
