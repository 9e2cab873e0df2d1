import type { Branches } from '../fan-out/branches.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { BranchOf, FaceName, OptionsOf, SourceOf } from '../stages/stage-types.ts'

export interface Tee<F extends FaceName> {
  /**
   * `n` branches (two by default) that each yield every item of one source, however far apart they are read: Readables
   * (in `fanpipe`), iterators (`fanpipe/iter`) or async iterators (`fanpipe/async`).
   *
   * Order: the order of the source, in every branch.
   *
   * Memory: holds as many items as the fastest branch is ahead of the slowest, without a limit. `stats()` reports how
   * many.
   *
   * Opens and closes: opens the source at the first demand of any branch and closes it exactly once. Branches are
   * closed one by one, or all of them by `close()`.
   *
   * Emits when: the source has an item.
   *
   * Backpressures when: never; a branch that lags never holds up another.
   *
   * Completes when: the source is exhausted, for each branch after the items it still holds.
   *
   * Cancels when: the last branch is closed; the source is closed with it.
   *
   * Errors: the source's own error arrives unchanged in every branch, after the items that the branch holds.
   * `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
   *
   * See also: `multicast`, `fork`.
   *
   * Use `multicast` instead when the branches can be read concurrently: its memory is bounded.
   *
   * @example
   * import { tee } from 'fanpipe'
   *
   * const [a, b] = tee([1, 2])
   * await a.toArray() // => [1, 2]
   * await b.toArray() // => [1, 2]
   *
   * @example
   * import { tee } from 'fanpipe/iter'
   *
   * const [a, b] = tee([1, 2])
   * Array.from(a) // => [1, 2]
   * Array.from(b) // => [1, 2]
   *
   * @example
   * import { tee } from 'fanpipe/async'
   *
   * const [a, b] = tee([1, 2])
   * const items = []
   * for await (const item of a) items.push(item)
   * for await (const item of b) items.push(item)
   * items // => [1, 2, 1, 2]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>, const N extends number = 2>(
    source: NotText<S>,
    n?: N,
    options?: OptionsOf<F>,
  ): Branches<BranchOf<F, ItemOf<S>>, N>
}
