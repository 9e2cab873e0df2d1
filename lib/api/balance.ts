import type { BalanceOptions } from '../fan-out/balance.ts'
import type { BalancedBranches } from '../fan-out/branches.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { BranchOf, FaceName, OptionsOf, SourceOf } from '../stages/stage-types.ts'

export interface Balance<F extends FaceName> {
  /**
   * `n` branches that share the items of one source: each item goes to one branch that is asking for an item, so that several
   * workers can share the work. The branches are Readables (in `fanpipe`) or async iterators (`fanpipe/async`). There is no
   * `balance` in `fanpipe/iter`, where a branch cannot wait.
   *
   * Order: in each branch, the order of the source. The branch that has waited longest is served first. A branch that asks
   * again before the others have had a chance to ask waits for them. Which branch gets an item depends on timing.
   *
   * Memory: at most one item for each branch that is asking, plus the `highWaterMark` of its Readable, which is 0 here by
   * default, so that a slow worker does not hold items that another could start on. If you pipe a branch to a Writable, it also
   * fills the Writable's buffer, so give the Writable a `highWaterMark` of 1.
   *
   * Opens and closes: opens the source at the first demand of any branch and closes it exactly once. Branches are closed one by
   * one, or all of them by `close()`.
   *
   * Emits when: the source has an item, and no other branch has waited longer for one.
   *
   * Backpressures when: no branch is asking.
   *
   * Completes when: the source is exhausted and every item has been taken.
   *
   * Cancels when: the last branch is closed; the source is closed with it. If a branch is closed earlier, the others continue
   * without it, and also get an item that was assigned to it and that it has not taken. An item that it has taken, or that is
   * in the buffer of its Readable, is lost. With `cancel: 'all'` the others fail instead.
   *
   * Joining late: `branch()` adds a branch, such as one more worker. With an `n` of 0 the source is opened by the first branch
   * that joins, and it stays open while there are no branches, until `close()`.
   *
   * Errors: the source's own error arrives unchanged in every branch, after the item that was assigned to it. `ArgumentError`
   * (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
   *
   * See also: `partition`, `multicast`, `map` with `concurrency`, `mergeReady`.
   *
   * Use `partition` instead when the item decides where it goes, and `map` with `concurrency` when every item is handled by the
   * same function.
   *
   * @example
   * import { balance } from 'fanpipe'
   *
   * const pages = ['/', '/docs', '/faq', '/news', '/team']
   * const visited = []
   * const work = async (worker) => {
   *   for await (const page of worker) visited.push(page)
   * }
   * await Promise.all(balance(pages, 3).map(work))
   * visited.sort() // => ['/', '/docs', '/faq', '/news', '/team']
   *
   * @example
   * import { balance } from 'fanpipe/async'
   *
   * const workers = balance(['a', 'b', 'c', 'd'], 2)
   * const first = await workers[0].next()
   * first.value // => 'a'
   * const second = await workers[1].next()
   * second.value // => 'b'
   * await workers[1].return()
   * const rest = []
   * for await (const item of workers[0]) rest.push(item)
   * rest // => ['c', 'd']
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>, const N extends number>(
    source: NotText<S>,
    n: N,
    options?: BalanceOptions & OptionsOf<F>,
  ): BalancedBranches<BranchOf<F, ItemOf<S>>, N>
}
