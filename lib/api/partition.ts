import type { Branches, Width } from '../fan-out/branches.ts'
import type { PartitionOptions } from '../fan-out/partition.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { BranchOf, FaceName, OptionsOf, SourceOf } from '../stages/stage-types.ts'

export interface Partition<F extends FaceName> {
  /**
   * `n` branches that share the items of one source: each item goes to the branch whose index `choose(item)` returns. The
   * branches are Readables (in `fanpipe`), iterators (`fanpipe/iter`) or async iterators (`fanpipe/async`).
   *
   * Read the branches concurrently: while one branch waits for its next item, the items that come before it are
   * queued for the other branches.
   *
   * Order: in each branch, the order of the source.
   *
   * Memory: at most `maxlen` items for each branch, counting those in the buffer of its Readable, plus one item for
   * which there is no room yet. `stats()` reports how many wait for each branch, and how many were dropped for it.
   *
   * Opens and closes: opens the source at the first demand of any branch and closes it exactly once. Branches are closed
   * one by one, or all of them by `close()`.
   *
   * Emits when: the source has an item for the branch.
   *
   * Backpressures when: the next item is for a branch for which `maxlen` items are already waiting; nothing more is
   * pulled until that branch is read. Other values of `overflow` choose what happens instead: all branches fail
   * (`'fail'`, the default in `fanpipe/iter`, which cannot wait), items are dropped for that branch (`'drop-oldest'`,
   * `'drop-newest'`) and `onLag` is called with their number, or only that branch fails (`'detach'`). `stall` limits
   * how long others may wait for a branch.
   *
   * Completes when: the source is exhausted, for each branch after its own items.
   *
   * Cancels when: the last branch is closed; the source is closed with it. With `gone: 'drop'` the items of a branch that
   * left earlier are dropped; otherwise the first of them fails the other branches.
   *
   * Errors: the source's own error arrives unchanged in every branch, after the items that wait for it; so do what
   * `choose` throws, and `OverflowError` (`ERR_FANPIPE_OVERFLOW`), or in the branch alone with `'detach'`, and
   * `StallError` (`ERR_FANPIPE_STALL`) likewise. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an index that is not
   * that of an open branch, for a byte stream, and for an argument or option that cannot be used.
   *
   * See also: `multicast`, `balance`, `partitionSink`, `filter`.
   *
   * Use `multicast` instead when every branch needs every item.
   *
   * @example
   * import { partition } from 'fanpipe'
   *
   * const [even, odd] = partition([1, 2, 3, 4], 2, (n) => n % 2)
   * await Promise.all([even.toArray(), odd.toArray()]) // => [[2, 4], [1, 3]]
   *
   * @example
   * import { partition } from 'fanpipe/iter'
   *
   * const [even, odd] = partition([1, 2, 3, 4], 2, (n) => n % 2)
   * Array.from(even) // => [2, 4]
   * Array.from(odd) // => [1, 3]
   *
   * @example
   * import { partition } from 'fanpipe/async'
   *
   * const [even, odd] = partition([1, 2], 2, (n) => n % 2)
   * const first = await Promise.all([even.next(), odd.next()])
   * first.map(({ value }) => value) // => [2, 1]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>, const N extends Width>(
    source: NotText<S>,
    n: N,
    choose: (item: ItemOf<S>) => number,
    options?: PartitionOptions & OptionsOf<F>,
  ): Branches<BranchOf<F, ItemOf<S>>, N>
}
