import type { Cursor, Step } from '../kernel/cursor.ts'
import { traceOneToOne } from '../kernel/item-origin.ts'
import { callback, check } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { Closing } from '../kernel/closing.ts'
import { FilterCursor } from './filter.ts'
import { planOf } from './plan.ts'
import type { SKIP } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface TakeWhileMaker<F extends FaceName> {
  /**
   * A stage that yields the items up to, but not including, the first one for which `predicate(item, index)` is not truthy,
   * and then ends. A promise is awaited, except over a sync iterable, where it is an `ArgumentError`.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item arrives.
   *
   * Completes when: the predicate does not hold, or upstream completes.
   *
   * Cancels when: the predicate does not hold, so that an endless source is closed and a pipeline resolves; or the output is
   * closed. The item that it did not hold for has been taken from upstream, and is dropped. Through `duplex` it reads and
   * drops what is still written, because Node gives a Duplex no way to end its upstream.
   *
   * Errors: what `predicate` throws, unchanged.
   *
   * See also: `take`, `dropWhile`.
   *
   * Use `filter` instead when later items may pass again.
   *
   * @example
   * Array.from(takeWhile((n: number) => n < 3)([1, 2, 3, 1])) // => [1, 2]
   */
  <A, B extends A>(predicate: (item: A, index: number) => item is B): StageOf<F, A, B>
  <A>(predicate: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const takeWhile: TakeWhileMaker<'iter'> = <A>(
  predicate: (item: A, index: number) => unknown,
): SyncStage<A, A> => {
  check(predicate, 'predicate', callback)
  return toStage(
    planOf((open, scope, place) => {
      traceOneToOne(place)
      return new TakeWhileCursor(open(), scope, place, predicate)
    }),
  )
}

class TakeWhileCursor<A> extends FilterCursor<A> {
  readonly #closing: Closing

  constructor(
    upstream: Cursor<A>,
    scope: Scope,
    place: Place,
    predicate: (item: A, index: number) => unknown,
  ) {
    super(upstream, scope, place, 'predicate', predicate)
    this.#closing = new Closing(upstream, scope)
  }

  override close(): void | Promise<void> {
    return this.#closing.begin()
  }

  protected override advance(): Step<A> | typeof SKIP {
    return this.#closing.begun ? this.#closing.step() : super.advance()
  }

  protected override settle(result: unknown, item: A): Step<A> {
    if (result) return item
    void this.#closing.begin()
    return this.#closing.step()
  }
}
