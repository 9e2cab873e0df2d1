import { DONE, EMPTY, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { check, nonNegativeInteger } from '../kernel/options.ts'
import type { Scope } from '../kernel/scope.ts'
import { Closing } from './closing.ts'
import { planOf, type Plan } from './plan.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface FenceMaker<F extends FaceName> {
  /**
   * A stage that gives at most the first `k` items.
   *
   * Order: as it comes. Memory: nothing. Emits when an item comes; backpressures when downstream does; completes with the
   * k-th item or with upstream; cancels upstream with the k-th item, so that an endless one ends and a pipeline resolves.
   * `fence(0)` opens nothing. Through `duplex` it drains what a finite upstream still sends, because Node gives a Duplex no
   * way to end its upstream. Errors: an `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `k` that is not a non-negative integer.
   * Laws: E1, L1, C1, F1.
   *
   * @example
   * Array.from(fence(2)(['a', 'b', 'c'])) // => ['a', 'b']
   */
  <A>(k: number): StageOf<F, A, A>
}

export const fence: FenceMaker<'iter'> = <A>(k: number): SyncStage<A, A> => {
  return toStage(fencePlan(k))
}

/** The first `k` items; upstream is closed with the last of them, and not opened for none. */
export function fencePlan<A>(k: number): Plan<A, A> {
  check(k, 'k', nonNegativeInteger)
  return planOf((open, scope) => (k === 0 ? EMPTY : new FenceCursor(open(), scope, k)))
}

class FenceCursor<A> implements Cursor<A> {
  readonly #upstream: Cursor<A>
  readonly #closing: Closing
  #left: number

  constructor(upstream: Cursor<A>, scope: Scope, k: number) {
    this.#upstream = upstream
    this.#closing = new Closing(upstream, scope)
    this.#left = k
  }

  next(): Step<A> {
    if (this.#left === 0) return this.#closing.step()
    const step = this.#upstream.next()
    if (step === PENDING) return PENDING
    if (step === DONE) return DONE
    if (--this.#left === 0) void this.#closing.begin()
    return step
  }

  close(): void | Promise<void> {
    return this.#closing.begin()
  }
}
