import { NullItemError } from '../errors.ts'
import { Awaited } from '../kernel/awaited.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { iteratorOnce, ownedIterator } from './iterable.ts'
import type { Place } from '../kernel/place.ts'
import { checkResult } from './iteration.ts'
import { checkDepth, nesting } from '../kernel/nesting.ts'
import { DEPTH, depthOf, type Owned, type Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

export class AsyncIterableRecipe<T> implements Recipe<T> {
  readonly mode = 'objects'
  readonly depth: number
  readonly parts = []
  readonly owned: Owned | undefined
  readonly #iterable: AsyncIterable<T>
  readonly #argument: string

  constructor(iterable: AsyncIterable<T>, argument: string) {
    this.#iterable = iterable
    this.#argument = argument
    this.depth = depthOf(iterable)
    this.owned = ownedIterator(iterable, argument)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    try {
      const iterator = this.#iterable[Symbol.asyncIterator]()
      return new AsyncIteratorCursor(iteratorOnce(this.#iterable, iterator, this.#argument), scope, place)
    } catch (error) {
      throw scope.normalizeError(error, place)
    }
  }
}

/** Requests the first item when it is opened, so that slow sources start concurrently, and each further one on demand. */
export class AsyncIteratorCursor<T> implements Cursor<T> {
  readonly #iterator: AsyncIterator<T>
  readonly #scope: Scope
  readonly #place: Place
  readonly #awaited: Awaited
  readonly #depth: number
  #index = 0
  #over = false
  #closing: void | Promise<void> = undefined

  constructor(iterator: AsyncIterator<T>, scope: Scope, place: Place) {
    this.#iterator = iterator
    this.#scope = scope
    this.#place = place
    this.#awaited = new Awaited(scope)
    // A user's async generator takes more stack than one of our own iterators.
    this.#depth = place.depth + (DEPTH in iterator ? 1 : 2)
    this.#request()
  }

  next(): Step<T> {
    if (this.#awaited.idle) this.#request()
    if (this.#awaited.waiting) return PENDING
    const result = this.#takeResult()
    if (result.done) {
      this.#over = true
      return DONE
    }
    const { value } = result
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
    nesting.depth += this.#depth
    try {
      checkDepth(nesting.depth)
      this.#awaited.start(this.#iterator.next())
    } catch (error) {
      this.#awaited.fail(error)
    } finally {
      nesting.depth -= this.#depth
    }
  }

  #takeResult(): IteratorResult<T> {
    try {
      const result = this.#awaited.take()
      checkResult(result)
      return result as IteratorResult<T>
    } catch (error) {
      this.#over = true
      throw this.#scope.normalizeError(error, this.#place, this.#iterator)
    }
  }
}
