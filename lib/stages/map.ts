import type { Cursor } from '../kernel/cursor.ts'
import { callback, check } from '../kernel/options.ts'
import type { Scope } from '../kernel/scope.ts'
import { planOf } from './plan.ts'
import { StepCursor } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface MapMaker<F extends FaceName> {
  /**
   * A stage that gives `fn(item)` for each item; a promise is awaited, except over a sync iterable, where it is an
   * `ArgumentError`.
   *
   * Order: as it comes. Memory: one item. Emits when an item comes; backpressures when downstream does; completes when
   * upstream does; cancels upstream when it is closed. Errors: what `fn` throws, unchanged. Laws: E1, FR, L1, C1.
   *
   * @example
   * Array.from(map((n: number) => n * 2)([1, 2, 3])) // => [2, 4, 6]
   */
  <A, B>(fn: (item: A) => B | PromiseLike<B>): StageOf<F, A, B>
}

export const map: MapMaker<'iter'> = <A, B>(fn: (item: A) => B | PromiseLike<B>): SyncStage<A, B> => {
  check(fn, 'fn', callback)
  return toStage(planOf((open, scope) => new MapCursor<A, B>(open(), scope, fn)))
}

class MapCursor<A, B> extends StepCursor<A, B> {
  readonly #fn: (item: A) => unknown

  constructor(upstream: Cursor<A>, scope: Scope, fn: (item: A) => unknown) {
    super(upstream, scope, 'fn')
    this.#fn = fn
  }

  protected override run(item: A): unknown {
    return this.#fn(item)
  }

  protected override settle(result: unknown): B {
    return result as B
  }
}
