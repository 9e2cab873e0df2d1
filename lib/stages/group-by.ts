import { callback, check, readOptions, positiveInteger } from '../kernel/options.ts'
import { overLimit } from './bad-item.ts'
import { show } from '../errors.ts'
import { same } from './ensure-contiguous.ts'
import { flushable, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface GroupOptions {
  /** The maximum number of items in a group; no limit by default. */
  maxLength?: number | undefined
}

export interface GroupByMaker<F extends FaceName> {
  /**
   * A stage that yields adjacent items with the same key as one group, with their key. Keys are compared as in a Map; a
   * key that comes back later begins another group.
   *
   * Order: the order of the input.
   *
   * Memory: one group, at most `maxLength` items.
   *
   * Emits when: a group is complete.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for a group longer than `maxLength`; what `key` throws, unchanged.
   *
   * See also: `ensureContiguous`, which refuses a key that comes back.
   *
   * @example
   * Array.from(groupBy((n: number) => n % 2)([1, 3, 2, 5])) // => [[1, [1, 3]], [0, [2]], [1, [5]]]
   */
  <A, K>(key: (item: A, index: number) => K | PromiseLike<K>, options?: GroupOptions): StageOf<F, A, [K, A[]]>
}

export const groupBy: GroupByMaker<'iter'> = <A, K>(
  key: (item: A, index: number) => K | PromiseLike<K>,
  options: GroupOptions = {},
): SyncStage<A, [K, A[]]> => {
  check(key, 'key', callback)
  const { maxLength = Infinity } = readOptions(options, { maxLength: positiveInteger })
  return toStage(
    stepPlan((place) => {
      let group: [K, A[]] | undefined
      const add = (item: A, itemKey: K, index: number): unknown => {
        if (group !== undefined && same(group[0], itemKey)) {
          if (group[1].length === maxLength) {
            const problem = `: the group of ${show(itemKey)} is longer than ${maxLength} (maxLength)`
            throw overLimit(place, index, maxLength, problem)
          }
          group[1].push(item)
          return none
        }
        const full = group
        group = [itemKey, [item]]
        return full ?? none
      }
      const step = (item: A, index: number): unknown => {
        const itemKey = key(item, index)
        return isThenable(itemKey)
          ? Promise.resolve(itemKey).then((key) => add(item, key, index))
          : add(item, itemKey, index)
      }
      return flushable(step, () => group ?? none)
    }, 'key'),
  )
}
