import { check, positiveInteger, nonNegativeInteger, type Rule } from '../kernel/options.ts'
import { fencePlan } from './fence.ts'
import { filterPlan } from './filter.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

const endRule: Rule = {
  expected: `${nonNegativeInteger.expected}, or Infinity`,
  holds: (value) => value === Infinity || nonNegativeInteger.holds(value),
}

export interface SliceMaker<F extends FaceName> {
  /**
   * A stage that yields every `step`-th item from index `start` up to, but not including, `end`. An empty slice opens
   * nothing.
   *
   * Order: the order of the input.
   *
   * Memory: one item.
   *
   * Emits when: an item of the slice arrives.
   *
   * Completes when: the last item of the slice was yielded, or upstream completes.
   *
   * Cancels when: the last item of the slice was yielded, without pulling another; or the output is closed.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an index or a step that cannot be used.
   *
   * See also: `fence`, `takeWhile`, `dropWhile`.
   *
   * @example
   * Array.from(slice(1, 6, 2)(['a', 'b', 'c', 'd', 'e', 'f', 'g'])) // => ['b', 'd', 'f']
   */
  <A>(start: number, end?: number, step?: number): StageOf<F, A, A>
}

export const slice: SliceMaker<'iter'> = <A>(start: number, end = Infinity, step = 1): SyncStage<A, A> => {
  check(start, 'start', nonNegativeInteger)
  check(end, 'end', endRule)
  check(step, 'step', positiveInteger)
  const everyStep = filterPlan<A>(() => (_, index) => index >= start && (index - start) % step === 0)
  if (end === Infinity) return toStage(everyStep)
  const last = start + Math.floor((end - 1 - start) / step) * step
  const untilLast = fencePlan<A>(start < end ? last + 1 : 0)
  return toStage((upstream) => everyStep(untilLast(upstream)))
}
