import { callback, check } from '../kernel/options.ts'
import { flushable, many, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface AccumulateMaker<F extends FaceName> {
  /**
   * A stage that yields running totals: `fn(total, item, index)` of the total so far and each item. It begins with the
   * first item or, if there is one, with `initial`, which is then yielded as well. A promise is awaited, except over a sync
   * iterable, where it is an `ArgumentError`.
   *
   * Order: the order of the input.
   *
   * Memory: the total so far.
   *
   * Emits when: an item arrives.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: what `fn` throws, unchanged.
   *
   * See also: `topK`, `slidingWindow`.
   *
   * @example
   * Array.from(accumulate((sum: number, n: number) => sum + n)([1, 2, 3])) // => [1, 3, 6]
   * Array.from(accumulate((text: string, n: number) => text + n, '#')([1, 2])) // => ['#', '#1', '#12']
   */
  <A>(fn: (sofar: A, item: A, index: number) => A | PromiseLike<A>): StageOf<F, A, A>
  <A, B>(fn: (sofar: B, item: A, index: number) => B | PromiseLike<B>, initial: B): StageOf<F, A, B>
}

export const accumulate: AccumulateMaker<'iter'> = <A, B>(
  fn: (sofar: B, item: A, index: number) => B | PromiseLike<B>,
  initial?: B,
): SyncStage<A, B> => {
  check(fn, 'fn', callback)
  return toStage(
    stepPlan(() => {
      let hasTotal = false
      let sofar: B
      const add = (item: A, index: number): unknown => {
        const added = fn(sofar, item, index)
        return isThenable(added) ? Promise.resolve(added).then((value) => (sofar = value)) : (sofar = added)
      }
      const step = (item: A, index: number): unknown => {
        if (hasTotal) return add(item, index)
        hasTotal = true
        if (initial === undefined) return (sofar = item as never)
        sofar = initial
        const added = add(item, index)
        return isThenable(added)
          ? Promise.resolve(added).then((value) => many([initial, value]))
          : many([initial, added])
      }
      return flushable(step, () => (hasTotal || initial === undefined ? none : initial))
    }, 'fn'),
  )
}
