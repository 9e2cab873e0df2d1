import { FanIn, fanInRules, type FanInOptions } from './cursor/inputs.ts'
import { readOptions } from './cursor/options.ts'
import { runRules, type RunOptions } from './cursor/root.ts'
import { toRecipe, type SyncSource } from './cursor/source.ts'
import { RootIterator, toIterable } from './cursor/to-iterable.ts'
import { chainJunction } from './fan-in/chain.ts'
import { mergeJunction, mergeRules, type MergeOptions } from './fan-in/merge.ts'
import { latenessJunction, latenessRules, type LatenessOptions } from './fan-in/merge-bounded-lateness.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
import type { Hub } from './fan-out/hub.ts'
import {
  multicastHub,
  multicastRules,
  teeHub,
  withMembers,
  type Branches,
  type BranchOptions,
  type MulticastOptions,
} from './fan-out/multicast.ts'

export * from './common.ts'
export { fork } from './fan-out/fork.ts'
export * from './stages.ts'
export type { SyncSource }

/**
 * A re-iterable over one input after the other.
 *
 * Order: M1, input after input. Memory: nothing is held. Opens one input at a time, the next only when the last is
 * exhausted, so `inputs` may be lazy and endless. Emits when the current input does; completes after the last; cancels
 * the open input when it is closed. Errors: an input's own, unchanged, at its turn; `ArgumentError`
 * (`ERR_FANPIPE_ARGUMENT`). Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * Array.from(chain([[1, 2], [3]])) // => [1, 2, 3]
 */
export function chain<T>(inputs: Iterable<SyncSource<T>>, options: FanInOptions = {}): Iterable<T> {
  const settings = readOptions(options, fanInRules)
  return toIterable(new FanIn<T>(chainJunction(), inputs, 'iter', settings), settings)
}

/**
 * A re-iterable over one item of each input in turn; an exhausted input drops out.
 *
 * Order: M1, strict rotation in input order. Memory: nothing is held. Opens all inputs at the first demand, in order.
 * Emits when the input whose turn it is does; completes when all are exhausted; cancels all when it is closed. Errors:
 * an input's own, unchanged, at its turn; `ArgumentError`. Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * Array.from(roundRobin([[1, 2, 3], [9]])) // => [1, 9, 2, 3]
 */
export function roundRobin<T>(inputs: Iterable<SyncSource<T>>, options: FanInOptions = {}): Iterable<T> {
  const settings = readOptions(options, fanInRules)
  return toIterable(new FanIn<T>(roundRobinJunction(), inputs, 'iter', settings), settings)
}

/**
 * A re-iterable over sorted inputs as one sorted whole.
 *
 * Order: M1, by key, ties by input index, also under `reverse`. Memory: one head an input. Opens all inputs at the first
 * demand; an input is asked again only after its item was given. Emits when every input has a head or has ended; completes
 * when all are exhausted; cancels all when it is closed. Errors: `OrderError` (`ERR_FANPIPE_ORDER`) for an input that is
 * not sorted, `KeyError` (`ERR_FANPIPE_KEY`) for a key without a place in the natural order, `ArgumentError`, an input's
 * own, unchanged. Laws: E1, P1, FR, M1, L1, C1, X1. A k-way merge on a tree of losers (Knuth, vol. 3, 5.4.1).
 *
 * @example
 * Array.from(merge([[1, 4], [2, 3]])) // => [1, 2, 3, 4]
 */
export function merge<T, K = T>(
  inputs: Iterable<SyncSource<T>>,
  options: FanInOptions & MergeOptions<T, K> = {},
): Iterable<T> {
  const settings = readOptions(options, { ...fanInRules, ...mergeRules })
  return toIterable(new FanIn<T>(mergeJunction(settings), inputs, 'iter', settings), settings)
}

/**
 * A re-iterable of inputs that are nearly sorted by time, as one that is sorted: right as long as no item comes more than
 * `lateness` behind the newest of its own input. For what is sorted `merge` is cheaper, and waits for nothing.
 *
 * Order: M1, by time, ties by input and then as they came. Memory: the items of the window, between the slowest input's
 * watermark (its newest time less `lateness`) and the newest time of each. Opens all inputs at the first demand; asks only the
 * slowest for more. Emits an item once none that is still to come can go before it; backpressures when downstream does; completes
 * with the window when all are exhausted; cancels all when it is closed. With `idle` an input that gives nothing for so long,
 * while something is wanted of it, no longer holds up the others, and DTR no longer holds. Errors: `LateError`
 * (`ERR_FANPIPE_LATE`) unless `late` says otherwise, `KeyError` (`ERR_FANPIPE_KEY`) for a time that is none, an input's own,
 * unchanged, after what it gave; `ArgumentError`. Laws: E1, P1, FR, M1, L1, C1, X1. Watermarks: Akidau et al., The Dataflow
 * Model, 2015.
 *
 * @example
 * Array.from(mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 })) // => [1, 2, 3, 4]
 */
export function mergeBoundedLateness<T>(
  inputs: Iterable<SyncSource<T>>,
  options: FanInOptions & LatenessOptions<T>,
): Iterable<T> {
  const settings = readOptions(options, { ...fanInRules, ...latenessRules })
  return toIterable(new FanIn<T>(latenessJunction(settings), inputs, 'iter', settings), settings)
}

/**
 * Iterators that each give all items of one source. The sync face cannot wait: draining one before touching the next
 * overflows past `maxlen`, so consume them in step, or use `tee`.
 *
 * Order: as the source has it. Memory: T1, Δ items, the lead of the fastest over the slowest, at most `maxlen`, and one not
 * yet delivered to anybody. Opens the source at the first demand. Emits when the source does; backpressures never, fails
 * instead; completes after the source, each branch for itself; cancels the source when the last branch leaves. Errors:
 * `OverflowError` (`ERR_FANPIPE_OVERFLOW`) in every branch after what it holds; the source's own, likewise. Laws: E1, FR,
 * T1, L1, C1, X1. F1: fence a branch before it amplifies.
 *
 * @example
 * const [a, b] = multicast([1, 2], 2)
 * Array.from(a) // => [1, 2]
 * Array.from(b) // => [1, 2]
 */
export function multicast<T, const N extends number>(
  source: SyncSource<T>,
  n: N | readonly BranchOptions[],
  options: MulticastOptions = {},
): Branches<IterableIterator<T>, N> {
  const settings = readOptions(options, multicastRules)
  return branchesOf(multicastHub(() => toRecipe<T>(source, 'source', 'iter'), n, settings, 'iter'))
}

/**
 * Iterators that each give all items of one source, however far apart: no bound, on purpose. Use `multicast` where the
 * branches can be consumed in step.
 *
 * Order: as the source has it. Memory: Δ items, the lead of the fastest over the slowest, without limit; `stats()` tells
 * it. Opens the source at the first demand. Emits when the source does; backpressures never; completes after the source;
 * cancels it when the last branch leaves. Errors: the source's own, in every branch, after what it holds. Laws: E1, FR, L1,
 * C1, X1.
 *
 * @example
 * const [a, b] = tee([1, 2])
 * Array.from(a) // => [1, 2]
 * Array.from(b) // => [1, 2]
 */
export function tee<T, const N extends number = 2>(
  source: SyncSource<T>,
  n: N = 2 as N,
  options: RunOptions = {},
): Branches<IterableIterator<T>, N> {
  const settings = readOptions(options, runRules)
  return branchesOf(teeHub(() => toRecipe<T>(source, 'source', 'iter'), n, settings, 'iter'))
}

function branchesOf<T, N extends number>(hub: Hub<T>): Branches<IterableIterator<T>, N> {
  return withMembers(
    hub,
    hub.branches.map((branch) => new RootIterator(branch, {})),
  )
}
