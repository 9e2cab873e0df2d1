import { DONE, EMPTY, isItem, PENDING, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
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
  /** Who takes back the items that are held, one for each; only if an input is left open. */
  #lenders: Queue<Lender<T> | undefined> | undefined
  /** Of the item that was given last. */
  #lender: Lender<T> | undefined
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
    if (this.#held.length > 0) {
      this.#lender = this.#lenders?.shift()
      return this.#held.shift() as T
    }
    const failure = this.#failure
    if (failure === undefined) return DONE
    this.#failure = undefined
    throw releaseFailure(failure, this.#scope, this.#place)
  }

  lender(): Lender<T> | undefined {
    return this.#lender
  }

  close(): void | Promise<void> {
    this.#isOver = true
    this.#isAwaited = false
    for (const item of this.#held.takeAll()) this.#lenders?.shift()?.takeBack(item)
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

  /** The items that are held already were given before an input was opened that is left open. */
  #rememberLender(): void {
    this.#lenders ??= new Queue()
    while (this.#lenders.length < this.#held.length) this.#lenders.push(undefined)
    this.#lenders.push(this.#cursor.lender?.())
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
          if (this.inner.cleanup.leavesOpen) this.#rememberLender()
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
