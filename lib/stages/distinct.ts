import { callback, check, keyCount, readOptions } from '../kernel/options.ts'
import { fencePlan } from './fence.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface DistinctOptions<A> {
  /** The key by which items are compared; the item itself by default. */
  key?: ((item: A, index: number) => unknown) | undefined
}

export interface DistinctMaker<F extends FaceName> {
  /**
   * A stage that yields the first `cap` distinct items, each when it is first seen, and then ends, so that it never
   * holds more than `cap` keys. Keys are compared as in a Set.
   *
   * Order: the order of the input.
   *
   * Memory: `cap` keys.
   *
   * Emits when: an item is new.
   *
   * Completes when: the `cap`-th distinct item was yielded, or upstream completes.
   *
   * Cancels when: the `cap`-th distinct item was yielded, or the output is closed.
   *
   * Errors: what `key` throws, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `cap` that is out of range.
   *
   * See also: `topK`, `fence`.
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
  const unseen = filterPlan<A>(() => {
    const seen = new Set<unknown>()
    const isNew = (itemKey: unknown): boolean => !seen.has(itemKey) && seen.add(itemKey).has(itemKey)
    if (key === undefined) return isNew
    return (item, index) => {
      const itemKey = key(item, index)
      return isThenable(itemKey) ? Promise.resolve(itemKey).then(isNew) : isNew(itemKey)
    }
  }, 'key')
  const upToCap = fencePlan<A>(cap)
  return toStage((upstream) => upToCap(unseen(upstream)))
}
