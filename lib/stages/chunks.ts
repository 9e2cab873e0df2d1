import { readOptions } from '../kernel/options.ts'
import { slidingWindow, tailRules, type WindowOptions } from './sliding-window.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface ChunkOptions<A> {
  /**
   * What happens to the last items if they do not fill a chunk: `'emit-short'`, the default, yields a shorter chunk; `'drop'`
   * drops them; `'pad'` yields a chunk padded with `fill`.
   */
  tail?: WindowOptions<A>['tail']
  /** The item that `'pad'` pads with. */
  fill?: A | undefined
}

export interface ChunksMaker<F extends FaceName> {
  /**
   * A stage that yields the items in arrays of `size`, each item once. By default the last chunk may be shorter, so that
   * no item is lost.
   *
   * Order: the order of the input.
   *
   * Memory: one chunk.
   *
   * Emits when: a chunk is full, and for the last one at the end.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a size or an option that cannot be used.
   *
   * See also: `slidingWindow`, `groupBy`.
   *
   * Use `slidingWindow` instead when the windows should overlap or leave items out.
   *
   * @example
   * Array.from(chunks(2)([1, 2, 3])) // => [[1, 2], [3]]
   * Array.from(chunks(2, { tail: 'drop' })([1, 2, 3])) // => [[1, 2]]
   */
  <A>(size: number, options?: ChunkOptions<A>): StageOf<F, A, A[]>
}

export const chunks: ChunksMaker<'iter'> = <A>(
  size: number,
  options: ChunkOptions<A> = {},
): SyncStage<A, A[]> => {
  const { tail = 'emit-short', fill } = readOptions(options, tailRules)
  return slidingWindow(size, { step: size, tail, fill })
}
