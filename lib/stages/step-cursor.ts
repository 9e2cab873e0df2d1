import { Awaited, promiseRefused } from '../kernel/awaited.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { withInputOrigin } from '../kernel/item-origin.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { isThenable } from '../kernel/guards.ts'

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
  /** How many items have come from upstream. */
  #taken = 0
  /** How many items were output. */
  #given = 0
  /** The index of the item that the latest output was made from. */
  #latestInput = -1

  /** `callbackName` is how error messages refer to the user's function. */
  constructor(upstream: Cursor<A>, scope: Scope, place: Place, callbackName: string) {
    this.#upstream = upstream
    this.#scope = scope
    this.#place = place
    this.#callbackName = callbackName
    this.#budget = new WorkBudget(scope)
  }

  /** Calls the user's function. */
  protected abstract run(item: A, index: number): unknown
  /** Turns the awaited result into an item, or into SKIP. */
  protected abstract settle(result: unknown, item: A): Step<B> | typeof SKIP

  next(): Step<B> {
    if (this.#budget.yielding) return PENDING
    for (;;) {
      const step = this.advance()
      if (typeof step !== 'symbol' || (step !== SKIP && step !== PENDING)) {
        this.#budget.reset()
        this.#given++
        this.#latestInput = this.#taken - 1
        return step
      }
      if (step === PENDING) return PENDING
      if (this.#budget.spend()) return PENDING
    }
  }

  get isWorking(): boolean {
    return this.#upstream.isWorking === true
  }

  protected get taken(): number {
    return this.#taken
  }

  protected get given(): number {
    return this.#given
  }

  protected get latestInput(): number {
    return this.#latestInput
  }

  /** Known only of the latest output, since outputs and items need not correspond one to one. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#given - 1 ? this.#place.inputOrigin(this.#latestInput) : undefined
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
    return isItem(item) ? this.settleOrAwait(this.#run(item), item) : item
  }

  #run(item: A): unknown {
    try {
      return this.run(item, this.#taken++)
    } catch (error) {
      throw this.withOrigin(error)
    }
  }

  /** Records which input the item came from over which the user's function has thrown this. */
  protected withOrigin(error: unknown): unknown {
    return withInputOrigin(error, this.#place, this.#taken - 1)
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
    return this.settle(this.#resultOf(awaited), item)
  }

  #resultOf(awaited: Awaited): unknown {
    try {
      return awaited.take()
    } catch (error) {
      throw this.withOrigin(error)
    }
  }
}
