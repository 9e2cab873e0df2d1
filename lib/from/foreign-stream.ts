import { prematureClose } from '../errors.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { claim } from '../kernel/ownership.ts'
import type { Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/** A stream that does not work as Node's do (streamx, minipass): what can be relied on is its async iterator. */
export interface ForeignStream<T> {
  on(event: string, listener: (...args: never[]) => void): unknown
  removeListener(event: string, listener: (...args: never[]) => void): unknown
  destroy?(): unknown
  [Symbol.asyncIterator](): AsyncIterator<T>
  readonly destroyed?: boolean
  readonly readableEnded?: boolean
  /** Of minipass. */
  readonly emittedEnd?: boolean
  /** Of streamx. */
  readonly _readableState?: { readonly ended?: boolean }
}

export const isForeignStream = <T>(stream: object): stream is ForeignStream<T> =>
  typeof (stream as Partial<ForeignStream<T>>)[Symbol.asyncIterator] === 'function'

/**
 * Ours from the call: its error and its end are observed from then on, and it is destroyed when it is done with, because not
 * every such iterator does that, or says how the stream ended when it had failed or was destroyed before.
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
  readonly #mayHaveEnded: boolean
  #ended: boolean
  #isOver = false
  /** Rejects the request for an item that is under way. */
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
    this.#forget()
  }

  #next(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      const answered = (result: IteratorResult<T>): void => {
        const isEnd = result.done === true
        if (isEnd && this.#hasFailed()) {
          this.#fail(prematureClose())
          return
        }
        this.#reject = undefined
        if (isEnd) this.#settle()
        resolve(result)
      }
      iterator.next().then(answered, (error: unknown) => this.#fail(error))
      if (this.subject.destroyed === true) this.#giveUpSoon()
    })
  }

  /** Whatever its iterator says. */
  #hasFailed(): boolean {
    if (this.#failure !== undefined) return true
    return this.subject.destroyed === true && !this.#ended && !this.#mayHaveEnded
  }

  /**
   * What the stream itself failed with comes first: an iterator may say no more than that it was destroyed. Nobody closes one
   * that has failed, and so the stream is destroyed here.
   */
  #fail(error: unknown): void {
    const { destroyed } = this.subject
    this.#reject?.((this.#failure?.error ?? (destroyed === true ? prematureClose() : error)) as Error)
    this.#reject = undefined
    this.#settle()
  }

  /** An iterator that is going to say how the stream ended does so before timers run. */
  #giveUpSoon(): void {
    const reject = this.#reject
    if (reject === undefined || this.#ended) return
    setTimeout(() => {
      if (this.#reject === reject) this.#fail(prematureClose())
    }, 0)
  }

  #close(): Promise<void> | undefined {
    if (this.#isOver) return undefined
    const before = this.#failure
    const returned: unknown = this.#iterator?.return?.()
    this.#settle()
    return Promise.resolve(returned).then(() => {
      if (this.#failure !== before) throw this.#failure?.error
    })
  }

  #settle(): void {
    this.#isOver = true
    if (this.subject.destroyed !== true) this.subject.destroy?.()
    // A stream that does not say that it has closed may still fail.
    setTimeout(() => this.#forget('all but errors'), 0)
  }

  #onEnd = (): void => {
    this.#ended = true
  }

  #onError = (error: unknown): void => {
    this.#failure ??= { error }
    this.#giveUpSoon()
  }

  #onClose = (): void => {
    if (this.#isOver) this.#forget()
    else this.#giveUpSoon()
  }

  #forget(but?: 'all but errors'): void {
    this.subject.removeListener('end', this.#onEnd)
    this.subject.removeListener('close', this.#onClose)
    if (but === undefined) this.subject.removeListener('error', this.#onError)
  }
}
