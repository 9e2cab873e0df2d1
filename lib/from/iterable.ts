import { NullItemError } from '../errors.ts'
import { Awaited } from '../kernel/awaited.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { Iteration } from './iteration.ts'
import { openOnce } from '../kernel/ownership.ts'
import { DEPTH, depthOf, type Owned, type Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isThenable } from '../kernel/guards.ts'

/** Returns the iterator; throws if the iterable is its own iterator, as a generator is, and has been opened before. */
export function iteratorOnce<I extends object>(iterable: object, iterator: I, argument: string): I {
  if (iterator === iterable && !(DEPTH in iterator)) openOnce(iterator, argument, 'an iterator')
  return iterator
}

/** One of our own iterators is owned: a branch, for example, would block its source forever if it were never opened or closed. */
export function ownedIterator(iterable: object, argument: string): Owned | undefined {
  if (!(DEPTH in iterable)) return undefined
  return {
    subject: iterable,
    argument,
    noun: 'an iterator',
    release: (scope, place, wasOpened) =>
      wasOpened ? undefined : scope.closing(place, () => (iterable as Partial<Iterator<unknown>>).return?.()),
  }
}

/** A source over an iterable. In the iter face, arrays are read by index. */
export class IterableRecipe<T> implements Recipe<T> {
  readonly mode = 'objects'
  readonly depth: number
  readonly parts = []
  readonly owned: Owned | undefined
  readonly #iterable: Iterable<T>
  readonly #argument: string

  constructor(iterable: Iterable<T>, argument: string) {
    this.#iterable = iterable
    this.#argument = argument
    this.depth = depthOf(iterable)
    this.owned = ownedIterator(iterable, argument)
  }

  open(scope: Scope, place: Place): Cursor<T> {
    const iterable = this.#iterable
    if (scope.face === 'iter') {
      return isPlainArray(iterable)
        ? new ArrayCursor(iterable)
        : new IterableCursor(this.#open(scope, place), scope, place)
    }
    return new AwaitingIterableCursor(this.#open(scope, place), scope, place)
  }

  #open(scope: Scope, place: Place): Iterator<T> {
    try {
      return iteratorOnce(this.#iterable, this.#iterable[Symbol.iterator](), this.#argument)
    } catch (error) {
      throw scope.normalizeError(error, place)
    }
  }
}

const isPlainArray = (iterable: Iterable<unknown>): iterable is readonly never[] =>
  Array.isArray(iterable) && iterable[Symbol.iterator] === Array.prototype[Symbol.iterator]

class ArrayCursor<T> implements Cursor<T> {
  readonly #array: readonly T[]
  #index = 0

  constructor(array: readonly T[]) {
    this.#array = array
  }

  next(): Step<T> {
    return this.#index < this.#array.length ? (this.#array[this.#index++] as T) : DONE
  }

  close(): void {
    this.#index = Infinity
  }
}

class IterableCursor<T> extends Iteration<T> implements Cursor<T> {
  protected readonly scope: Scope
  protected readonly place: Place

  constructor(iterator: Iterator<T>, scope: Scope, place: Place) {
    super(iterator, place.depth + 1)
    this.scope = scope
    this.place = place
  }

  protected override toError(error: unknown): unknown {
    return this.scope.normalizeError(error, this.place, this.iterator)
  }

  close(): void | Promise<void> {
    return this.end((close) => this.scope.closing(this.place, close))
  }
}

/** Awaits items that are promises, as `for await` does; in the streams face, `null` is an error. */
class AwaitingIterableCursor<T> extends IterableCursor<T> {
  #index = 0
  readonly #awaited = new Awaited(this.scope)

  override next(): Step<T> {
    if (!this.#awaited.idle) {
      if (this.#awaited.waiting) return PENDING
      return this.#checked(this.#take())
    }
    const step = super.next()
    if (typeof step !== 'object' && typeof step !== 'function') {
      this.#index++
      return step
    }
    if (isThenable(step)) {
      this.#awaited.start(step)
      return PENDING
    }
    return this.#checked(step)
  }

  #take(): T {
    try {
      return this.#awaited.take() as T
    } catch (error) {
      throw this.scope.normalizeError(error, this.place)
    }
  }

  #checked(item: T): T {
    if (item === null && this.scope.face === 'streams') throw new NullItemError(this.place, this.#index)
    this.#index++
    return item
  }
}
