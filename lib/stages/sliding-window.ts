import { arrayLength, readOptions, check, positiveInteger, oneOf, type Rule } from '../kernel/options.ts'
import { flushable, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface WindowOptions<A> {
  /** By how many items the next window starts after the previous one; 1 by default. */
  step?: number | undefined
  /**
   * What happens to the last items if they do not fill a window: `'drop'`, the default, drops them; `'emit-short'` yields a
   * shorter window; `'pad'` yields a window padded with `fill`.
   */
  tail?: 'drop' | 'emit-short' | 'pad' | undefined
  /** The item that `'pad'` pads with. */
  fill?: A | undefined
}

const anything: Rule = { expected: 'anything', holds: () => true }

export const tailRules = { tail: oneOf('drop', 'emit-short', 'pad'), fill: anything }

export interface SlidingWindowMaker<F extends FaceName> {
  /**
   * A stage that yields windows of `size` items, each a new array. With a `step` less than `size`, windows overlap; with a
   * greater one, the items between two windows are skipped.
   *
   * Order: the order of the input.
   *
   * Memory: one window.
   *
   * Emits when: a window is full, and for a tail at the end.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a size or an option that cannot be used.
   *
   * See also: `chunks`, `rollingAverageBy`, `ngrams`.
   *
   * @example
   * Array.from(slidingWindow(2)([1, 2, 3])) // => [[1, 2], [2, 3]]
   * Array.from(slidingWindow(3, { step: 2, tail: 'emit-short' })([1, 2, 3, 4])) // => [[1, 2, 3], [3, 4]]
   */
  <A>(size: number, options?: WindowOptions<A>): StageOf<F, A, A[]>
}

export const slidingWindow: SlidingWindowMaker<'iter'> = <A>(
  size: number,
  options: WindowOptions<A> = {},
): SyncStage<A, A[]> => {
  check(size, 'size', arrayLength)
  const {
    step = 1,
    tail = 'drop',
    fill,
  } = readOptions(options, {
    step: positiveInteger,
    ...tailRules,
  })
  return toStage(
    stepPlan(() => {
      let window: A[] = []
      let skip = 0
      /** The window has an item that was not in the previous one, so it counts as a tail. */
      let hasNewItem = false
      const add = (item: A): unknown => {
        if (skip > 0) {
          skip--
          return none
        }
        window.push(item)
        hasNewItem = true
        if (window.length < size) return none
        const full = window
        window = full.slice(step)
        skip = Math.max(0, step - size)
        hasNewItem = false
        return full
      }
      const tailWindow = (): unknown => {
        if (!hasNewItem || tail === 'drop') return none
        return tail === 'pad' ? [...window, ...Array(size - window.length).fill(fill)] : window
      }
      return flushable(add, tailWindow)
    }),
  )
}
