import { isThenable } from '../kernel/guards.ts'
import { callback, check } from '../kernel/options.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface DropWhileMaker<F extends FaceName> {
  /**
   * A stage that drops items for as long as `predicate(item, index)` is truthy, and yields the first one for which it is not
   * and all that follow, without asking again. A promise is awaited, except over a sync iterable, where it is an
   * `ArgumentError`.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item arrives, once the predicate has not held.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: what `predicate` throws, unchanged.
   *
   * See also: `takeWhile`, `slice`.
   *
   * Use `filter` instead when later items may be dropped as well.
   *
   * @example
   * Array.from(dropWhile((n: number) => n < 3)([1, 2, 3, 1])) // => [3, 1]
   */
  <A>(predicate: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const dropWhile: DropWhileMaker<'iter'> = <A>(
  predicate: (item: A, index: number) => unknown,
): SyncStage<A, A> => {
  check(predicate, 'predicate', callback)
  return toStage(
    filterPlan(() => {
      let isDropping = true
      const passes = (holds: unknown): boolean => {
        if (!holds) isDropping = false
        return !holds
      }
      return (item, index) => {
        if (!isDropping) return true
        const holds = predicate(item, index)
        return isThenable(holds) ? Promise.resolve(holds).then(passes) : passes(holds)
      }
    }),
  )
}
