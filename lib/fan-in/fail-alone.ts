import { EMPTY, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import type { InputWrapper, WrappingCursor } from './input-list.ts'

/**
 * Makes a failure that an input reports by `scope.fail` an error of this input. Without it, destroying one of our Readables
 * that is an input fails the whole run at once.
 */
export const failAlone: InputWrapper = (scope, place) => new FailAloneCursor(scope, place)

class FailAloneCursor<T> implements WrappingCursor<T> {
  readonly inner: Scope
  #cursor: Cursor<T> = EMPTY
  readonly #scope: Scope
  readonly #place: Place
  #failure: { readonly error: Error } | undefined

  constructor(scope: Scope, place: Place) {
    this.inner = scope.failing((error) => this.#fail(error))
    this.#scope = scope
    this.#place = place
  }

  wrap(cursor: Cursor<T>): void {
    this.#cursor = cursor
  }

  next(): Step<T> {
    if (this.#failure !== undefined) throw this.#scope.normalizeError(this.#failure.error, this.#place)
    return this.#cursor.next()
  }

  lender(): Lender<T> | undefined {
    return this.#cursor.lender?.()
  }

  close(): void | Promise<void> {
    return this.#cursor.close()
  }

  #fail(error: Error): void {
    this.#failure ??= { error }
    void this.#cursor.close()
    this.#scope.wake()
  }
}
