import { callback, check } from '../kernel/options.ts'
import { withOrigin } from '../kernel/place.ts'
import { KeyError, show } from '../errors.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface EnsureContiguousMaker<F extends FaceName> {
  /**
   * A stage that gives every item, and fails where a key comes back after others: put it before `groupBy` or
   * `rollingAverageBy` where the input may not be grouped by key. Keys are told apart as a Set has it.
   *
   * Order: as it comes, 1:1. Memory: one item, and every key seen. Emits when an item comes; backpressures when downstream
   * does; completes when upstream does; cancels upstream when it is closed. Errors: `KeyError` (`ERR_FANPIPE_KEY`), which
   * names key and index; what `key` throws, unchanged. Laws: E1, FR, L1, C1.
   *
   * @example
   * Array.from(ensureContiguous((word: string) => word[0])(['ant', 'ape', 'bee'])) // => ['ant', 'ape', 'bee']
   */
  <A>(key: (item: A) => unknown): StageOf<F, A, A>
}

export const ensureContiguous: EnsureContiguousMaker<'iter'> = <A>(
  key: (item: A) => unknown,
): SyncStage<A, A> => {
  check(key, 'key', callback)
  return toStage(
    filterPlan((place) => {
      const seen = new Set<unknown>()
      let last: unknown
      let index = 0
      const check = (itemKey: unknown): true => {
        if (!seen.has(itemKey)) seen.add(itemKey)
        else if (!same(itemKey, last)) {
          const what = `the key ${show(itemKey)} comes back after others: sort or group first`
          throw withOrigin(new KeyError(place, index, itemKey, what), place)
        }
        last = itemKey
        index++
        return true
      }
      return (item) => {
        const itemKey = key(item)
        return isThenable(itemKey) ? Promise.resolve(itemKey).then(check) : check(itemKey)
      }
    }, 'key'),
  )
}

/** As a Map and a Set have it. */
export const same = (a: unknown, b: unknown): boolean => a === b || (a !== a && b !== b)
