import { Awaited, promiseRefused } from '../kernel/awaited.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { withInputOrigin } from '../kernel/item-origin.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

/** No output for this item: pull the next one. */
export const SKIP: unique symbol = Symbol('fanpipe.skip')

/** Calls a function once for each item, awaits the result if it is a promise, and passes it to `settle`. */
export abstract class StepCursor<A, B> implements Cursor<B> {
  readonly #upstream: Cursor<A>
  readonly #scope: Scope
  readonly #place: Place
  readonly #callbackName: string
  readonly #budget: WorkBudget
  #awaited: Awaited | undefined
  #item: A | undefined

  /** `callbackName` is how error messages refer to the user's function. */
  constructor(upstream: Cursor<A>, scope: Scope, place: Place, callbackName: string) {
    this.#upstream = upstream
    this.#scope = scope
    this.#place = place
    this.#callbackName = callbackName
    this.#budget = new WorkBudget(scope)
  }

  /** Calls the user's function. */
  protected abstract run(item: A): unknown
  /** Turns the awaited result into an item, or into SKIP. */
  protected abstract settle(result: unknown, item: A): Step<B> | typeof SKIP
  /** The index of the latest item from upstream. Subclasses count: V8 reads a field fastest in objects of a single class. */
  protected abstract get inputIndex(): number

  next(): Step<B> {
    if (this.#budget.yielding) return PENDING
    try {
      for (;;) {
        const step = this.advance()
        if (typeof step !== 'symbol' || (step !== SKIP && step !== PENDING)) {
          this.#budget.reset()
          return step
        }
        if (step === PENDING) return PENDING
        if (this.#budget.spend()) return PENDING
      }
    } catch (error) {
      throw this.withOrigin(error)
    }
  }

  get isWorking(): boolean {
    return this.#upstream.isWorking === true
  }

  protected get isWaiting(): boolean {
    return this.#awaited !== undefined
  }

  /** One attempt: takes an item, or continues with the promise of the last one. */
  protected advance(): Step<B> | typeof SKIP {
    return this.#awaited === undefined ? this.#pull() : this.#resume(this.#awaited)
  }

  close(): void | Promise<void> {
    return this.#upstream.close()
  }

  #pull(): Step<B> | typeof SKIP {
    const item = this.#upstream.next()
    return isItem(item) ? this.settleOrAwait(this.run(item), item) : item
  }

  /** Where the item with this index came from. */
  protected inputOrigin(index: number): ItemOrigin {
    return this.#place.inputOrigin(index)
  }

  /** Records which item the user's function has thrown this over. Of what upstream has thrown, the origin is known already. */
  protected withOrigin(error: unknown): unknown {
    const isKnown = isObject(error) && this.#place.origins.pathOf(error) !== undefined
    return isKnown ? error : withInputOrigin(error, this.#place, this.inputIndex)
  }

  /** Passes the result to `settle`, or if it is a promise, the value it is fulfilled with. */
  protected settleOrAwait(result: unknown, item: A): Step<B> | typeof SKIP {
    if (!isThenable(result)) return this.settle(result, item)
    if (this.#scope.face === 'iter') throw promiseRefused(this.#callbackName, result)
    this.#item = item
    this.#awaited = new Awaited(this.#scope)
    this.#awaited.start(result)
    return PENDING
  }

  #resume(awaited: Awaited): Step<B> | typeof SKIP {
    if (awaited.waiting) return PENDING
    const item = this.#item as A
    this.#awaited = undefined
    this.#item = undefined
    return this.settle(awaited.take(), item)
  }
}
