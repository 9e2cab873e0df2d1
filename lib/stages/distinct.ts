import { callback, check, keyCount, readOptions } from '../kernel/options.ts'
import { fencePlan } from './fence.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface DistinctOptions<A> {
  /** What items are told apart by; by default the item itself. */
  key?: ((item: A) => unknown) | undefined
}

export interface DistinctMaker<F extends FaceName> {
  /**
   * A stage that gives the first `cap` different items, each when it is first seen, and then ends, so that it never holds
   * more than that many. Keys are told apart as a Set has it.
   *
   * Order: as it comes. Memory: `cap` keys. Emits when an item is new; backpressures when downstream does; completes with the
   * `cap`-th or with upstream; cancels upstream with the `cap`-th. Errors: `ArgumentError`; what `key` throws, unchanged.
   * Laws: E1, FR, L1, C1, F1.
   *
   * @example
   * Array.from(distinct(2)(['a', 'b', 'a', 'c'])) // => ['a', 'b']
   */
  <A>(cap: number, options?: DistinctOptions<A>): StageOf<F, A, A>
}

export const distinct: DistinctMaker<'iter'> = <A>(
  cap: number,
  options: DistinctOptions<A> = {},
): SyncStage<A, A> => {
  check(cap, 'cap', keyCount)
  const { key } = readOptions(options, { key: callback })
  const different = filterPlan<A>(() => {
    const seen = new Set<unknown>()
    const isNew = (itemKey: unknown): boolean => !seen.has(itemKey) && seen.add(itemKey).has(itemKey)
    if (key === undefined) return isNew
    return (item) => {
      const itemKey = key(item)
      return isThenable(itemKey) ? Promise.resolve(itemKey).then(isNew) : isNew(itemKey)
    }
  }, 'key')
  const first = fencePlan<A>(cap)
  return toStage((upstream) => first(different(upstream)))
}
