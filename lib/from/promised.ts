import { closeAll, EMPTY, PENDING, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { openWithin } from '../kernel/open-within.ts'
import { release } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/**
 * A source that arrives with a promise. It is opened as soon as the promise is fulfilled, because a stream may fail before its
 * first item is requested. A source that arrives after `close` is released.
 */
export class PromisedCursor<T> implements Cursor<T> {
  #cursor: Cursor<T> | undefined
  #failure: { readonly error: unknown } | undefined
  #over = false
  readonly #scope: Scope
  readonly #place: Place

  constructor(
    promise: PromiseLike<unknown>,
    recognise: (source: unknown) => Recipe<T>,
    argument: string,
    scope: Scope,
    place: Place,
  ) {
    this.#scope = scope
    this.#place = place
    const onSource = (source: unknown): void => {
      const recipe = recognise(source)
      if (this.#over) void release(recipe, scope, place)
      else this.#cursor = openWithin(recipe, argument, scope, place)
    }
    const onError = (error: unknown): void => {
      this.#failure = { error }
    }
    void Promise.resolve(promise)
      .then(onSource)
      .then(undefined, onError)
      .then(() => scope.wake())
  }

  next(): Step<T> {
    if (this.#cursor !== undefined) return this.#cursor.next()
    if (this.#failure === undefined) return PENDING
    throw this.#scope.normalizeError(this.#failure.error, this.#place)
  }

  lender(): Lender<T> | undefined {
    return this.#cursor?.lender?.()
  }

  close(): void | Promise<void> {
    this.#over = true
    return closeAll([this.#cursor ?? EMPTY])
  }
}
