import { ArgumentError } from '../errors.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIteratorCursor } from './async-iterable.ts'
import { claim } from '../kernel/ownership.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/** A web stream. It is owned and locked from the call on, and unlocked when it has ended, failed or been cancelled. */
export class WebStreamRecipe<T> implements Recipe<T>, Owned {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject: ReadableStream<T>
  readonly argument: string
  readonly #reader: ReadableStreamDefaultReader<T>
  #isOver = false
  #failure: { readonly error: unknown } | undefined

  constructor(stream: ReadableStream<T>, argument: string) {
    if (stream.locked)
      throw new ArgumentError(argument, 'a ReadableStream with no other reader', 'a locked one')
    claim(stream, argument)
    this.subject = stream
    this.argument = argument
    this.mode = givesBytes(stream) ? 'bytes' : 'unknown'
    this.#reader = stream.getReader()
    this.#reader.closed.then(this.#unlock, (error: unknown) => {
      this.#failure = { error }
      this.#unlock()
    })
  }

  open(scope: Scope, place: Place): Cursor<T> {
    return new AsyncIteratorCursor<T>(
      { next: () => this.#next(), return: () => this.#cancel() as Promise<never> },
      scope,
      place,
    )
  }

  giveBack(): void {
    this.#unlock()
  }

  release(scope: Scope, place: Place): void | Promise<void> {
    return scope.closing(place, () => this.#cancel())
  }

  /** Once the stream is over its reader is released and can no longer report the outcome, so we do. */
  #next(): Promise<IteratorResult<T>> {
    if (!this.#isOver) return this.#reader.read() as Promise<IteratorResult<T>>
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error)
    return Promise.resolve({ done: true, value: undefined })
  }

  #cancel(): Promise<void> | undefined {
    if (this.#isOver) return undefined
    const cancelled = this.#reader.cancel()
    this.#unlock()
    return cancelled
  }

  #unlock = (): void => {
    this.#isOver = true
    this.#reader.releaseLock()
  }
}

/** Only a byte stream has a BYOB reader. Others may give bytes too, such as the output of a CompressionStream. */
export function givesBytes(stream: ReadableStream): boolean {
  try {
    const reader = stream.getReader({ mode: 'byob' })
    reader.releaseLock()
    return Object.prototype.toString.call(reader) === '[object ReadableStreamBYOBReader]'
  } catch {
    return false
  }
}
