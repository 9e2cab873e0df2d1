import type { Cursor } from '../kernel/cursor.ts'
import { callback, check } from '../kernel/options.ts'
import type { Scope } from '../kernel/scope.ts'
import { planOf } from './plan.ts'
import { StepCursor } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface MapMaker<F extends FaceName> {
  /**
   * A stage that yields `fn(item, index)` for each item. A promise is awaited, except over a sync iterable, where it is an
   * `ArgumentError`.
   *
   * As in the language's own `map`, a function with an optional second parameter gets the index there: write
   * `map((text) => parseInt(text))`, not `map(parseInt)`.
   *
   * Order: the order of the input, 1:1.
   *
   * Memory: one item.
   *
   * Emits when: an item arrives.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: what `fn` throws, unchanged.
   *
   * See also: `flatMap`, for several outputs of an item; `stage`, for none or several.
   *
   * @example
   * Array.from(map((n: number) => n * 2)([1, 2, 3])) // => [2, 4, 6]
   */
  <A, B>(fn: (item: A, index: number) => B | PromiseLike<B>): StageOf<F, A, B>
}

export const map: MapMaker<'iter'> = <A, B>(
  fn: (item: A, index: number) => B | PromiseLike<B>,
): SyncStage<A, B> => {
  check(fn, 'fn', callback)
  return toStage(planOf((open, scope) => new MapCursor<A, B>(open(), scope, fn)))
}

class MapCursor<A, B> extends StepCursor<A, B> {
  readonly #fn: (item: A, index: number) => unknown
  #index = 0

  constructor(upstream: Cursor<A>, scope: Scope, fn: (item: A, index: number) => unknown) {
    super(upstream, scope, 'fn')
    this.#fn = fn
  }

  protected override run(item: A): unknown {
    return this.#fn(item, this.#index++)
  }

  protected override settle(result: unknown): B {
    return result as B
  }
}
