import { fence } from './fence.ts'
import type { FaceName, StageOf } from './stage-types.ts'

export interface TakeMaker<F extends FaceName> {
  /**
   * A stage that yields at most the first `k` items and then ends. It is the same function as `fence`, under the name that the
   * language's iterator helpers use. `take(0)` opens nothing.
   *
   * Order: the order of the input.
   *
   * Memory: holds no items.
   *
   * Emits when: an item arrives.
   *
   * Completes when: the `k`-th item was yielded, or upstream completes.
   *
   * Cancels when: the `k`-th item was yielded, so that an endless source is closed and a pipeline resolves; or the
   * output is closed. Through `duplex` it reads and drops what is still written, because Node gives a Duplex no way to
   * end its upstream.
   *
   * Errors: `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a `k` that is not a non-negative integer.
   *
   * See also: `takeWhile`, `slice`, `fence`.
   *
   * @example
   * Array.from(take(2)(['a', 'b', 'c'])) // => ['a', 'b']
   */
  <A>(k: number): StageOf<F, A, A>
}

export const take: TakeMaker<'iter'> = fence
