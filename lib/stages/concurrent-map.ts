import { closeAll, DONE, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { holdNormalized, releaseFailure, type Failure } from '../kernel/failure.ts'
import { isThenable } from '../kernel/guards.ts'
import { withInputOrigin } from '../kernel/item-origin.ts'
import type { Place } from '../kernel/place.ts'
import { Queue } from '../kernel/queue.ts'
import type { Scope } from '../kernel/scope.ts'
import { WorkBudget } from '../kernel/work-budget.ts'

/** What the function of a `map` with `concurrency` gets as its third argument. */
export interface MapCall {
  /** Aborts if the output is closed, or fails, during the call. Pass it on: `fetch(url, { signal })`. */
  readonly signal: AbortSignal
}

export type ConcurrentFunction<A> = (item: A, index: number, call: MapCall) => unknown

export interface Concurrency {
  readonly concurrency: number
  readonly ordered: boolean
}

/** One call of the function, and what came of it. */
interface Call {
  state: 'running' | 'value' | 'error'
  result: unknown
  readonly lazySignal: LazySignal
}

/** The signal of a call, created when the function asks for it. Until then the object can serve one call after another. */
class LazySignal {
  readonly argument: MapCall
  #controller: AbortController | undefined
  #isAborted = false

  constructor() {
    const signal = (): AbortSignal => this.#signal()
    // an own property, so that it survives `{ ...options }`
    this.argument = {
      get signal() {
        return signal()
      },
    }
  }

  get isUsed(): boolean {
    return this.#controller !== undefined
  }

  abort(): void {
    this.#isAborted = true
    this.#controller?.abort()
  }

  #signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#isAborted) this.#controller.abort()
    return this.#controller.signal
  }
}

/**
 * Runs up to `concurrency` calls of a function at once, and takes an item ahead for each. A call counts until its result is
 * delivered, so that a slow consumer holds up the calls as well. Calls that are running when the cursor is closed are aborted
 * and awaited; their results are dropped.
 */
export class ConcurrentMapCursor<A, B> implements Cursor<B> {
  readonly #upstream: Cursor<A>
  readonly #scope: Scope
  readonly #place: Place
  readonly #fn: ConcurrentFunction<A>
  readonly #concurrency: number
  readonly #budget: WorkBudget
  readonly #running = new Set<Call>()
  /** Those of settled calls that have not asked for their signal; they are used again. */
  readonly #unused: LazySignal[] = []
  /** The calls in the order in which their results are delivered; without an order, only those that have settled. */
  readonly #calls = new Queue<Call>()
  readonly #ordered: boolean
  #index = 0
  /** Upstream has neither ended nor failed, and no call has failed. */
  #mayStart = true
  #upstreamFailure: Failure | undefined
  #isClosed = false
  #closing: void | Promise<void> = undefined
  #onIdle: (() => void) | undefined

  constructor(
    upstream: Cursor<A>,
    scope: Scope,
    place: Place,
    fn: ConcurrentFunction<A>,
    { concurrency, ordered }: Concurrency,
  ) {
    this.#upstream = upstream
    this.#scope = scope
    this.#place = place
    this.#fn = fn
    this.#concurrency = concurrency
    this.#ordered = ordered
    this.#budget = new WorkBudget(scope)
  }

  get isWorking(): boolean {
    return this.#held > 0
  }

  next(): Step<B> {
    if (this.#budget.yielding) return PENDING
    let call = this.#takeSettled()
    this.#fill()
    call ??= this.#takeSettled()
    if (call !== undefined) {
      this.#budget.reset()
      if (call.state === 'error') throw call.result
      return call.result as B
    }
    const failure = this.#upstreamFailure
    if (this.#mayStart || (this.#held > 0 && (this.#ordered || failure === undefined))) return PENDING
    if (failure !== undefined) throw releaseFailure(failure, this.#scope, this.#place)
    return DONE
  }

  close(): void | Promise<void> {
    if (this.#isClosed) return this.#closing
    this.#mayStart = false
    this.#isClosed = true
    this.#calls.clear()
    for (const { lazySignal } of this.#running) lazySignal.abort()
    const whenIdle = (): Promise<void> | undefined =>
      this.#running.size === 0 ? undefined : new Promise<void>((resolve) => (this.#onIdle = resolve))
    this.#closing = closeAll([this.#upstream, { close: () => this.#scope.closing(this.#place, whenIdle) }])
    return this.#closing
  }

  /** How many items were taken whose results have not been delivered. */
  get #held(): number {
    return this.#ordered ? this.#calls.length : this.#calls.length + this.#running.size
  }

  #takeSettled(): Call | undefined {
    return this.#calls.peek()?.state === 'running' ? undefined : this.#calls.shift()
  }

  #fill(): void {
    while (this.#mayStart && this.#held < this.#concurrency) {
      const item = this.#pull()
      if (!isItem(item)) {
        if (item === DONE) this.#mayStart = false
        return
      }
      this.#start(item)
      if (this.#budget.spend()) return
    }
  }

  /** Holds an error of the upstream back until the results before it have been delivered. */
  #pull(): Step<A> {
    try {
      return this.#upstream.next()
    } catch (error) {
      this.#upstreamFailure = holdNormalized(error, this.#scope, this.#place)
      return DONE
    }
  }

  #start(item: A): void {
    const lazySignal = this.#unused.pop() ?? new LazySignal()
    const call: Call = { state: 'running', result: undefined, lazySignal }
    this.#running.add(call)
    if (this.#ordered) this.#calls.push(call)
    const index = this.#index++
    try {
      const result = this.#fn(item, index, lazySignal.argument)
      if (!isThenable(result)) return this.#settle(call, 'value', result)
      Promise.resolve(result).then(
        (value) => this.#settleLater(call, 'value', value),
        (error: unknown) => this.#settleLater(call, 'error', withInputOrigin(error, this.#place, index)),
      )
    } catch (error) {
      this.#settle(call, 'error', withInputOrigin(error, this.#place, index))
    }
  }

  #settle(call: Call, state: 'value' | 'error', result: unknown): void {
    call.state = state
    call.result = result
    this.#running.delete(call)
    if (!call.lazySignal.isUsed) this.#unused.push(call.lazySignal)
    if (state === 'error') this.#mayStart = false
    if (this.#isClosed) {
      if (this.#running.size === 0) this.#onIdle?.()
    } else if (!this.#ordered) this.#calls.push(call)
  }

  #settleLater(call: Call, state: 'value' | 'error', result: unknown): void {
    this.#settle(call, state, result)
    if (this.#calls.peek()?.state !== 'running') this.#scope.wake()
  }
}
