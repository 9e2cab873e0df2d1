import { callback, check } from '../kernel/options.ts'
import { KeyError, show } from '../errors.ts'
import { itemError } from './bad-item.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface EnsureContiguousMaker<F extends FaceName> {
  /**
   * A stage that yields every item, and fails if a key comes back after other keys: put it before `groupBy` or
   * `rollingAverageBy` if the input may not be grouped by key. Keys are compared as in a Set.
   *
   * Order: the order of the input, 1:1.
   *
   * Memory: one item, and every key seen.
   *
   * Emits when: an item arrives.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `KeyError` (`ERR_FANPIPE_KEY`), which names the key and the index; what `key` throws, unchanged.
   *
   * See also: `groupBy`, `rollingAverageBy`.
   *
   * @example
   * Array.from(ensureContiguous((word: string) => word[0])(['ant', 'ape', 'bee'])) // => ['ant', 'ape', 'bee']
   */
  <A>(key: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const ensureContiguous: EnsureContiguousMaker<'iter'> = <A>(
  key: (item: A, index: number) => unknown,
): SyncStage<A, A> => {
  check(key, 'key', callback)
  return toStage(
    filterPlan((stage) => {
      const seen = new Set<unknown>()
      let last: unknown
      const check = (itemKey: unknown, index: number): true => {
        if (!seen.has(itemKey)) seen.add(itemKey)
        else if (!same(itemKey, last)) {
          const what = `the key ${show(itemKey)} comes back after others: sort or group first`
          throw itemError(stage, index, (place, traced) => new KeyError(place, traced, itemKey, what))
        }
        last = itemKey
        return true
      }
      return (item, index) => {
        const itemKey = key(item, index)
        return isThenable(itemKey)
          ? Promise.resolve(itemKey).then((resolved) => check(resolved, index))
          : check(itemKey, index)
      }
    }, 'key'),
  )
}

/** Compares keys as a Map and a Set do. */
export const same = (a: unknown, b: unknown): boolean => a === b || (a !== a && b !== b)
