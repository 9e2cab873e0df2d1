import { EMPTY, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import type { InputWrapper, OpenInput } from './input-list.ts'

/**
 * Makes a failure that an input reports by `scope.fail` an error of this input. Without it, destroying one of our Readables
 * that is an input fails the whole run at once.
 */
export const failAlone: InputWrapper = (open, scope, place) => new FailAloneCursor(open, scope, place)

class FailAloneCursor<T> implements Cursor<T> {
  #cursor: Cursor<T> = EMPTY
  readonly #scope: Scope
  readonly #place: Place
  #failure: { readonly error: Error } | undefined

  constructor(open: OpenInput<T>, scope: Scope, place: Place) {
    this.#scope = scope
    this.#place = place
    this.#cursor = open(scope.failing((error) => this.#fail(error)))
  }

  next(): Step<T> {
    if (this.#failure !== undefined) throw this.#scope.normalizeError(this.#failure.error, this.#place)
    return this.#cursor.next()
  }

  takeBack(items: readonly T[]): void {
    this.#cursor.takeBack?.(items)
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
