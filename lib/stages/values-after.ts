import { callback, check, positiveInteger } from '../kernel/options.ts'
import { same } from './ensure-contiguous.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface ValuesAfterMaker<F extends FaceName> {
  /**
   * A stage that yields the items from the `width`-th on: the last item of each full sliding window of that width. With a
   * `key` it starts again with every run of items with the same key.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item arrives, after enough others.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: what `key` throws, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `width` that is not a positive
   * integer.
   *
   * See also: `rollingAverageBy`, `fork`.
   *
   * @example
   * Array.from(valuesAfter(2)(['a', 'b', 'c'])) // => ['b', 'c']
   */
  <A>(width: number, key?: (item: A, index: number) => unknown): StageOf<F, A, A>
}

export const valuesAfter: ValuesAfterMaker<'iter'> = <A>(
  width: number,
  key: (item: A, index: number) => unknown = () => undefined,
): SyncStage<A, A> => {
  check(width, 'width', positiveInteger)
  check(key, 'key', callback)
  return toStage(
    filterPlan(() => {
      let lastKey: unknown
      let length = 0
      const fillsWindow = (itemKey: unknown): boolean => {
        if (!same(itemKey, lastKey)) length = 0
        lastKey = itemKey
        return ++length >= width
      }
      return (item, index) => {
        const itemKey = key(item, index)
        return isThenable(itemKey) ? Promise.resolve(itemKey).then(fillsWindow) : fillsWindow(itemKey)
      }
    }, 'key'),
  )
}
