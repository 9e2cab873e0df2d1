import { DONE, EMPTY, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { Queue } from '../kernel/queue.ts'
import type { Scope } from '../kernel/scope.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { holdFailure, releaseFailure, type Failure } from '../kernel/failure.ts'
import type { InputWrapper, WrappingCursor } from './input-list.ts'

/** Fetches up to `count` items of an input before they are asked for. */
export const readAhead =
  (count: number): InputWrapper =>
  (scope, place) =>
    new ReadAheadCursor(scope, place, count)

/**
 * Pulls its input whenever that is woken, also while the junction asks for the items of another input. It does so in a
 * microtask, because an input can be woken in the middle of something else, such as a hub giving an item to another branch.
 */
class ReadAheadCursor<T> implements WrappingCursor<T> {
  readonly inner: Scope
  #cursor: Cursor<T> = EMPTY
  readonly #scope: Scope
  readonly #place: Place
  readonly #count: number
  readonly #budget: WorkBudget
  readonly #held = new Queue<T>()
  /** Met after the items that are held. */
  #failure: Failure | undefined
  /** The input has ended, failed or been closed, so it is not pulled again. */
  #isOver = false
  /** The junction was told to wait for an item. */
  #isAwaited = false
  #isFetching = false
  #isScheduled = false

  constructor(scope: Scope, place: Place, count: number) {
    this.inner = scope.waking(() => this.#schedule())
    this.#scope = scope
    this.#place = place
    this.#count = count
    this.#budget = new WorkBudget(this.inner)
  }

  wrap(cursor: Cursor<T>): void {
    this.#cursor = cursor
    this.#schedule()
  }

  next(): Step<T> {
    this.#isAwaited = true
    this.#fetch()
    if (this.#held.length === 0 && !this.#isOver) return PENDING
    this.#isAwaited = false
    if (this.#held.length > 0) return this.#held.shift() as T
    const failure = this.#failure
    if (failure === undefined) return DONE
    this.#failure = undefined
    throw releaseFailure(failure, this.#scope, this.#place)
  }

  takeBack(items: readonly T[]): void {
    this.#cursor.takeBack?.(items)
  }

  close(): void | Promise<void> {
    this.#isOver = true
    this.#isAwaited = false
    this.#cursor.takeBack?.(this.#held.takeAll())
    return this.#cursor.close()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#fetch()
      if (this.#isAwaited && (this.#held.length > 0 || this.#isOver)) this.#scope.wake()
    })
  }

  /** Pulls the input until enough is held. An item that the junction waits for comes on top of those read ahead. */
  #fetch(): void {
    if (this.#isFetching || this.#budget.yielding) return
    this.#isFetching = true
    try {
      while (!this.#isOver && this.#held.length < this.#count + Number(this.#isAwaited)) {
        const step = this.#cursor.next()
        if (!isItem(step)) {
          if (step === PENDING) return
          this.#isOver = true
        } else {
          this.#held.push(step)
          if (this.#budget.spend()) return
        }
      }
    } catch (error) {
      this.#isOver = true
      this.#failure = holdFailure(error, this.#scope, this.#place)
    } finally {
      this.#isFetching = false
    }
  }
}
