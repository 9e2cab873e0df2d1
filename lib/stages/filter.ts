import type { Cursor, Step } from '../kernel/cursor.ts'
import { traced } from '../kernel/item-origin.ts'
import { callback, check } from '../kernel/options.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { planOf, type Plan } from './plan.ts'
import { SKIP, StepCursor } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface FilterMaker<F extends FaceName> {
  /**
   * A stage that yields the items for which `predicate(item, index)` is truthy. A promise is awaited, except over a sync
   * iterable, where it is an `ArgumentError`.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item passes.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: what `predicate` throws, unchanged.
   *
   * See also: `takeWhile`, `dropWhile`, `grep`, `extensions`, `compress`.
   *
   * @example
   * Array.from(filter((n: number) => n % 2 === 1)([1, 2, 3])) // => [1, 3]
   */
  <A, B extends A>(predicate: (item: A, index: number) => item is B): StageOf<F, A, B>
  <A>(predicate: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const filter: FilterMaker<'iter'> = <A>(
  predicate: (item: A, index: number) => unknown,
): SyncStage<A, A> => {
  check(predicate, 'predicate', callback)
  return toStage(filterPlan(() => predicate))
}

/** Yields the items that satisfy a predicate. `factory` creates it for each run; its errors name `place` as their origin. */
export function filterPlan<A>(
  factory: (place: Place) => (item: A, index: number) => unknown,
  callbackName = 'predicate',
): Plan<A, A> {
  return planOf((open, scope, place) =>
    traced(new FilterCursor(open(), scope, place, callbackName, factory(place)), place),
  )
}

/** Calls a predicate once for each item. */
export class FilterCursor<A> extends StepCursor<A, A> {
  readonly #predicate: (item: A, index: number) => unknown
  #index = 0
  /** How many items have passed, and the index of the latest of them upstream. */
  #passed = 0
  #latest = -1

  constructor(
    upstream: Cursor<A>,
    scope: Scope,
    place: Place,
    callbackName: string,
    predicate: (item: A, index: number) => unknown,
  ) {
    super(upstream, scope, place, callbackName)
    this.#predicate = predicate
  }

  protected override run(item: A): unknown {
    return this.#predicate(item, this.#index++)
  }

  protected override settle(result: unknown, item: A): Step<A> | typeof SKIP {
    if (!result) return SKIP
    this.#passed++
    this.#latest = this.#index - 1
    return item
  }

  protected override get inputIndex(): number {
    return this.#index - 1
  }

  /** Known only of the latest item that has passed. */
  originOf(index: number): ItemOrigin | undefined {
    return index === this.#passed - 1 ? this.inputOrigin(this.#latest) : undefined
  }
}
