import { callback, check, positiveInteger, keyCount, readOptions, oneOf } from '../kernel/options.ts'
import { overLimit } from './bad-item.ts'
import { Counters, type Counted } from './counters.ts'
import { flushable, many, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface TopKOptions<A> {
  /** How many different items may be counted at once; 100,000 by default. */
  cap?: number | undefined
  /**
   * What happens when there are more. `'all'`, the default: a `LimitError`, so that every count is exact. `'frequent'`: the
   * new item replaces the one with the lowest count, and takes over that count, which is also recorded as its `error`.
   */
  keep?: 'all' | 'frequent' | undefined
  /** The key by which items are compared; the item itself by default. */
  key?: ((item: A, index: number) => unknown) | undefined
}

export interface TopKMaker<F extends FaceName> {
  /**
   * A stage that yields, at the end, the `k` most frequent items with their counts: the most frequent first, ties in the
   * order in which they were first seen.
   *
   * With `keep: 'frequent'` each count is an upper bound, too high by at most `error`, and every item that makes up more
   * than 1/`cap` of all items is counted. This is the Space-Saving algorithm (Metwally, Agrawal and El Abbadi, 2005).
   *
   * Order: by count, descending.
   *
   * Memory: `cap` counters.
   *
   * Emits when: upstream has ended.
   *
   * Backpressures when: downstream does, but only after upstream has ended.
   *
   * Completes when: the last count was yielded.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for more than `cap` different items, unless `keep` is `'frequent'`; what
   * `key` throws, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `k` or an option that cannot be used.
   *
   * See also: `distinct`.
   *
   * @example
   * Array.from(topK(1)(['b', 'a', 'b'])) // => [{ item: 'b', count: 2, error: 0 }]
   */
  <A>(k: number, options?: TopKOptions<A>): StageOf<F, A, Counted<A>>
}

export const topK: TopKMaker<'iter'> = <A>(
  k: number,
  options: TopKOptions<A> = {},
): SyncStage<A, Counted<A>> => {
  check(k, 'k', positiveInteger)
  const {
    cap = 100_000,
    keep = 'all',
    key,
  } = readOptions(options, { cap: keyCount, keep: oneOf('all', 'frequent'), key: callback })
  return toStage(
    stepPlan((place) => {
      const counters = new Counters<A>()
      const add = (item: A, itemKey: unknown, index: number): typeof none => {
        if (!counters.increment(itemKey)) {
          if (counters.size < cap) counters.add(itemKey, item)
          else if (keep === 'frequent') counters.replaceLeast(itemKey, item)
          else {
            const problem = `: more than ${cap} different items (cap); raise it, or use keep: 'frequent' for approximate counts`
            throw overLimit(place, index, cap, problem)
          }
        }
        return none
      }
      const step = (item: A, index: number): unknown => {
        if (key === undefined) return add(item, item, index)
        const itemKey = key(item, index)
        return isThenable(itemKey)
          ? Promise.resolve(itemKey).then((resolved) => add(item, resolved, index))
          : add(item, itemKey, index)
      }
      return flushable(step, () => many(counters.top(k)))
    }, 'key'),
  )
}
