import { closeAll, EMPTY, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { openLate, release } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/**
 * A source that is promised: found and opened as soon as the promise is kept, because a stream may fail before it is asked for an
 * item. What comes when nobody wants it any more is closed.
 */
export class PromisedCursor<T> implements Cursor<T> {
  #cursor: Cursor<T> | undefined
  #failure: { readonly error: unknown } | undefined
  #over = false
  readonly #scope: Scope
  readonly #place: Place

  constructor(
    promise: PromiseLike<unknown>,
    find: (source: unknown) => Recipe<T>,
    argument: string,
    scope: Scope,
    place: Place,
  ) {
    this.#scope = scope
    this.#place = place
    const kept = (source: unknown): void => {
      const recipe = find(source)
      if (this.#over) void release(recipe, scope, place)
      else this.#cursor = openLate(recipe, argument, scope, place)
    }
    const failed = (error: unknown): void => {
      this.#failure = { error }
    }
    void Promise.resolve(promise)
      .then(kept)
      .then(undefined, failed)
      .then(() => scope.wake())
  }

  next(): Step<T> {
    if (this.#cursor !== undefined) return this.#cursor.next()
    if (this.#failure === undefined) return PENDING
    throw this.#scope.normalizeError(this.#failure.error, this.#place)
  }

  close(): void | Promise<void> {
    this.#over = true
    return closeAll([this.#cursor ?? EMPTY])
  }
}
