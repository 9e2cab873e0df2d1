import type { JoinableBranches, Width } from '../fan-out/branches.ts'
import type { MulticastOptions } from '../fan-out/multicast.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { BranchOf, FaceName, OptionsOf, SourceOf } from '../stages/stage-types.ts'

export interface Multicast<F extends FaceName> {
  /**
   * `n` branches that each yield every item of one source: Readables (in `fanpipe`), iterators (`fanpipe/iter`) or
   * async iterators (`fanpipe/async`).
   *
   * Read the branches concurrently. If you drain one to its end before you touch the next, it waits forever once it
   * is `maxlen` ahead; in `fanpipe/iter`, which cannot wait, it fails with an `OverflowError`.
   *
   * Order: the order of the source, in every branch.
   *
   * Memory: holds the items by which the fastest branch leads the slowest: at most `maxlen` (law T1), plus at most
   * one that no branch has taken yet. `stats()` reports how far each branch lags, and how much was dropped for it.
   *
   * Opens and closes: opens the source at the first demand of any branch and closes it exactly once. Branches are
   * closed one by one, or all of them by `close()`.
   *
   * Emits when: the source has an item, and no branch lags too far behind.
   *
   * Backpressures when: the slowest branch is `maxlen` behind, which makes the fastest wait. Other values of
   * `overflow` choose what happens instead: all branches fail (`'fail'`, the default in `fanpipe/iter`, which cannot
   * wait), items are dropped for the slow branch (`'drop-oldest'`, `'drop-newest'`) and `onLag` is called with their
   * number, or only the slow branch fails (`'detach'`).
   *
   * With `stall`, a branch that makes others wait for more than that many milliseconds, while it receives nothing
   * itself, fails all branches, or with `onStall: 'detach'` only itself. Only a consumer that has asked for an item
   * counts as waiting, not a Readable that reads ahead. `stats()` reports as `waitedMs` how long others have waited
   * for each branch.
   *
   * Completes when: the source is exhausted, for each branch after the items that are still held for it.
   *
   * Cancels when: the last branch is closed; the source is closed with it. A branch that is closed earlier no longer
   * counts, and the others continue, unless `cancel` is `'all'`.
   *
   * Joining late: `branch(options)` adds a branch, which begins with the first item that no branch has taken, or with the
   * oldest that is still held (`from: 'oldest'`). With an `n` of 0 the source is opened by the first branch that joins, and
   * it stays open while there are no branches, until `close()`.
   *
   * Errors: the source's own error arrives unchanged in every branch, after the items that are held for it; so does
   * `OverflowError` (`ERR_FANPIPE_OVERFLOW`), or in the branch alone with `'detach'`, and `StallError`
   * (`ERR_FANPIPE_STALL`) likewise. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
   *
   * See also: `tee`, `fork`, `fence`. Put a `fence` in front of a stage that turns one item into many, such as
   * `ngrams`, in that branch (law F1).
   *
   * Use `tee` instead when the branches cannot be read concurrently, and `fork` when the results of several stages
   * belong together.
   *
   * @example
   * import { multicast } from 'fanpipe'
   *
   * const [a, b] = multicast([1, 2], 2)
   * await Promise.all([a.toArray(), b.toArray()]) // => [[1, 2], [1, 2]]
   *
   * @example
   * import { multicast } from 'fanpipe/iter'
   *
   * const [a, b] = multicast([1, 2], 2)
   * Array.from(a, (item) => [item, b.next().value]) // => [[1, 1], [2, 2]]
   *
   * @example
   * import { multicast } from 'fanpipe/iter'
   *
   * const hub = multicast([1, 2, 3], 0)
   * const first = hub.branch()
   * first.next().value // => 1
   * const late = hub.branch()
   * Array.from(late) // => [2, 3]
   *
   * @example
   * import { multicast } from 'fanpipe/async'
   *
   * const [a, b] = multicast([1, 2], 2)
   * const pairs = []
   * for await (const item of a) pairs.push([item, (await b.next()).value])
   * pairs // => [[1, 1], [2, 2]]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>, const N extends Width>(
    source: NotText<S>,
    n: N,
    options?: MulticastOptions & OptionsOf<F>,
  ): JoinableBranches<BranchOf<F, ItemOf<S>>, N>
}
