import { FanIn } from './fan-in/fan-in.ts'
import { fanInRules, readFanInOptions, type FanInOptions } from './fan-in/options.ts'
import { readOptions } from './kernel/options.ts'
import { runRules, type RunOptions } from './kernel/root.ts'
import { toRecipe, type ItemOf, type NotText, type SyncSource } from './from/recognise.ts'
import { RootIterator, toIterable } from './to/iterable.ts'
import { chainJunction } from './fan-in/chain.ts'
import { mergeJunction, mergeRules, type MergeOptions } from './fan-in/merge/merge.ts'
import { latenessRules, type LatenessOptions } from './fan-in/merge-bounded-lateness/lateness-options.ts'
import { latenessJunction } from './fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
import { pipeRecipe, type Pipe } from './stages/pipe.ts'
import type { Hub } from './fan-out/hub.ts'
import {
  multicastHub,
  multicastRules,
  teeHub,
  withMembers,
  type Branches,
  type MulticastOptions,
  type Width,
} from './fan-out/multicast.ts'

export * from './common.ts'
export { fork } from './fan-out/fork.ts'
export * from './stages.ts'
export type { SourcedSyncStage as SourcedStage, SyncStage as Stage } from './stages/stage-types.ts'
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
export function chain<S extends SyncSource<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions = {},
): Iterable<ItemOf<S>> {
  const settings = readFanInOptions(options, fanInRules)
  return toIterable(new FanIn<ItemOf<S>>(chainJunction(), inputs, 'iter', settings), settings)
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
export function roundRobin<S extends SyncSource<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions = {},
): Iterable<ItemOf<S>> {
  const settings = readFanInOptions(options, fanInRules)
  return toIterable(new FanIn<ItemOf<S>>(roundRobinJunction(), inputs, 'iter', settings), settings)
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
export function merge<S extends SyncSource<unknown> | Iterable<unknown>, K = ItemOf<S>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & MergeOptions<ItemOf<S>, K> = {},
): Iterable<ItemOf<S>> {
  const settings = readFanInOptions(options, { ...fanInRules, ...mergeRules })
  return toIterable(new FanIn<ItemOf<S>>(mergeJunction(settings), inputs, 'iter', settings), settings)
}

/**
 * A re-iterable of inputs that are nearly sorted by time, as one that is sorted: right as long as no item comes more than
 * `lateness` behind the newest of its own input. For sorted inputs `merge` is cheaper, and holds nothing back.
 *
 * Order: M1, by time, ties by input and then in the order they came. Memory: the items of the window, between the slowest
 * input's watermark (its newest time less `lateness`) and the newest time of each. Opens all inputs at the first demand; asks
 * only the slowest for more. Emits an item once nothing still to come can go before it; backpressures when downstream does;
 * completes with the window when all are exhausted; cancels all when it is closed. With `idle` an input that gives nothing
 * for so long, while something is wanted of it, no longer holds up the others, and DTR no longer holds. Errors: `LateError`
 * (`ERR_FANPIPE_LATE`) unless `late` says otherwise, `KeyError` (`ERR_FANPIPE_KEY`) for a time that is not one, an input's
 * own, unchanged, after what it gave; `ArgumentError`. Laws: E1, P1, FR, M1, L1, C1, X1. Watermarks: Akidau et al., The
 * Dataflow Model, 2015.
 *
 * @example
 * Array.from(mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 })) // => [1, 2, 3, 4]
 */
export function mergeBoundedLateness<S extends SyncSource<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & LatenessOptions<ItemOf<S>>,
): Iterable<ItemOf<S>> {
  const settings = readFanInOptions(options, { ...fanInRules, ...latenessRules })
  return toIterable(new FanIn<ItemOf<S>>(latenessJunction(settings), inputs, 'iter', settings), settings)
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
export function multicast<S extends SyncSource<unknown> | Iterable<unknown>, const N extends Width>(
  source: NotText<S>,
  n: N,
  options: MulticastOptions = {},
): Branches<IterableIterator<ItemOf<S>>, N> {
  const settings = readOptions(options, multicastRules)
  return branchesOf(multicastHub(() => toRecipe<ItemOf<S>>(source, 'source', 'iter'), n, settings, 'iter'))
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
export function tee<S extends SyncSource<unknown> | Iterable<unknown>, const N extends number = 2>(
  source: NotText<S>,
  n: N = 2 as N,
  options: RunOptions = {},
): Branches<IterableIterator<ItemOf<S>>, N> {
  const settings = readOptions(options, runRules)
  return branchesOf(teeHub(() => toRecipe<ItemOf<S>>(source, 'source', 'iter'), n, settings, 'iter'))
}

/**
 * A re-iterable of a source through stages, each checked by its type against what the one before it gives: the same items
 * as `compose(...stages)(source)`, and with no stages those of the source.
 *
 * Order, memory, errors: those of the stages. Opens the source at the first demand. Emits when the last stage does;
 * backpressures when downstream does; completes when the last stage does; cancels the source when it is closed. Laws: those
 * of its stages.
 *
 * @example
 * Array.from(pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10))) // => [10, 30]
 */
export const pipe: Pipe<'iter'> = (source: unknown, ...stages: unknown[]) =>
  toIterable(pipeRecipe(source, stages, 'iter'), {}) as never

function branchesOf<T, N extends Width>(hub: Hub<T>): Branches<IterableIterator<T>, N> {
  return withMembers(
    hub,
    hub.branches.map((branch): IterableIterator<T> => new RootIterator(branch, {})),
  )
}
