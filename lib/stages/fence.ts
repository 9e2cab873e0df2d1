import { EMPTY, isItem, type Cursor, type Step } from '../kernel/cursor.ts'
import { traceOneToOne } from '../kernel/item-origin.ts'
import { check, nonNegativeInteger } from '../kernel/options.ts'
import type { Scope } from '../kernel/scope.ts'
import { Closing } from '../kernel/closing.ts'
import { planOf, type Plan } from './plan.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface FenceMaker<F extends FaceName> {
  /**
   * A stage that yields at most the first `k` items and then ends. `fence(0)` opens nothing.
   *
   * Order: the order of the input.
   *
   * Memory: holds no items.
   *
   * Emits when: an item arrives.
   *
   * Completes when: the `k`-th item was yielded, or upstream completes.
   *
   * Cancels when: the `k`-th item was yielded, so that an endless source is closed and a pipeline resolves; or the
   * output is closed. Through `duplex` it reads and drops what is still written, because Node gives a Duplex no way to
   * end its upstream.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `k` that is not a non-negative integer.
   *
   * See also: `take`, its other name; `takeWhile`; `slice`; `multicast`: after a fan-out, put a `fence` in front of a
   * stage that turns one item into many (law F1).
   *
   * @example
   * Array.from(fence(2)(['a', 'b', 'c'])) // => ['a', 'b']
   */
  <A>(k: number): StageOf<F, A, A>
}

export const fence: FenceMaker<'iter'> = <A>(k: number): SyncStage<A, A> => {
  return toStage(fencePlan(k))
}

/** Yields the first `k` items and closes the upstream along with the last of them; does not open it if `k` is 0. */
export function fencePlan<A>(k: number): Plan<A, A> {
  check(k, 'k', nonNegativeInteger)
  return planOf((open, scope, place) => {
    traceOneToOne(place)
    return k === 0 ? EMPTY : new FenceCursor(open(), scope, k)
  })
}

class FenceCursor<A> implements Cursor<A> {
  readonly #upstream: Cursor<A>
  readonly #closing: Closing
  #remaining: number

  constructor(upstream: Cursor<A>, scope: Scope, k: number) {
    this.#upstream = upstream
    this.#closing = new Closing(upstream, scope)
    this.#remaining = k
  }

  next(): Step<A> {
    if (this.#remaining === 0) return this.#closing.step()
    const step = this.#upstream.next()
    if (!isItem(step)) return step
    if (--this.#remaining === 0) void this.#closing.begin()
    return step
  }

  get isWorking(): boolean {
    return this.#upstream.isWorking === true
  }

  close(): void | Promise<void> {
    return this.#closing.begin()
  }
}
