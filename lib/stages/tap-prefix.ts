import { callback, check, nonNegativeInteger } from '../kernel/options.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface TapPrefixMaker<F extends FaceName> {
  /**
   * A stage that yields every item, and calls `hook` with the first `k` items and their indexes. A promise is awaited,
   * except over a sync iterable, where it is an `ArgumentError`.
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
   * Errors: what `hook` throws, unchanged.
   *
   * See also: `map`.
   *
   * @example
   * const seen: string[] = []
   * Array.from(tapPrefix(1, (item: string) => void seen.push(item))(['a', 'b'])) // => ['a', 'b']
   * seen[0] // => 'a'
   */
  <A>(k: number, hook: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const tapPrefix: TapPrefixMaker<'iter'> = <A>(
  k: number,
  hook: (item: A, index: number) => unknown,
): SyncStage<A, A> => {
  check(k, 'k', nonNegativeInteger)
  check(hook, 'hook', callback)
  return toStage(
    filterPlan(() => {
      return (item, index) => {
        if (index >= k) return true
        const returned = hook(item, index)
        return isThenable(returned) ? Promise.resolve(returned).then(() => true) : true
      }
    }, 'hook'),
  )
}
