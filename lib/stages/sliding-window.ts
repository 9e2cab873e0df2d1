import { arrayLength, readOptions, check, positiveInteger, oneOf, type Rule } from '../kernel/options.ts'
import { flushable, none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface WindowOptions<A> {
  /** How many items after the start of one window the next one starts; 1 by default. */
  step?: number | undefined
  /**
   * What happens to the last items if they do not fill a window: `'drop'`, the default; `'emit-short'` gives a shorter one;
   * `'pad'` gives one filled up with `fill`.
   */
  tail?: 'drop' | 'emit-short' | 'pad' | undefined
  /** What `'pad'` fills with. */
  fill?: A | undefined
}

const anything: Rule = { expected: 'anything', holds: () => true }

export interface SlidingWindowMaker<F extends FaceName> {
  /**
   * A stage that gives windows of `size` items as arrays, each a fresh one. With a `step` below `size` they overlap, above it
   * they leave items out between them.
   *
   * Order: as it comes. Memory: one window. Emits when a window is full, and a tail at the end; backpressures when downstream
   * does; completes when upstream does; cancels upstream when it is closed. Errors: `ArgumentError`. Laws: E1, FR, L1, C1.
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
    tail: oneOf('drop', 'emit-short', 'pad'),
    fill: anything,
  })
  return toStage(
    stepPlan(() => {
      let window: A[] = []
      let skip = 0
      let fresh = false
      const add = (item: A): unknown => {
        if (skip > 0) {
          skip--
          return none
        }
        window.push(item)
        fresh = true
        if (window.length < size) return none
        const full = window
        window = full.slice(step)
        skip = Math.max(0, step - size)
        fresh = false
        return full
      }
      const rest = (): unknown => {
        if (!fresh || tail === 'drop') return none
        return tail === 'pad' ? [...window, ...Array(size - window.length).fill(fill)] : window
      }
      return flushable(add, rest)
    }),
  )
}
