import { FanIn } from './fan-in/fan-in.ts'
import { fanInRules, readFanInOptions, type FanInOptions } from './fan-in/options.ts'
import { readOptions } from './kernel/options.ts'
import { runRules, type RunOptions } from './kernel/root.ts'
import { toRecipe, type ItemOf, type NotText, type Source } from './from/recognise.ts'
import { RootAsyncIterator, toAsyncIterable } from './to/async-iterable.ts'
import { chainJunction } from './fan-in/chain.ts'
import { mergeJunction, mergeRules, type MergeOptions } from './fan-in/merge/merge.ts'
import { latenessRules, type LatenessOptions } from './fan-in/merge-bounded-lateness/lateness-options.ts'
import { latenessJunction } from './fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
import { fork as forkMaker, type ForkMaker } from './fan-out/fork.ts'
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
import * as stages from './stages.ts'
import type { Stages } from './stages/makers.ts'
import { pipeRecipe, type Pipe } from './stages/pipe.ts'
import { inFace, runAsync } from './stages/stage.ts'

export * from './common.ts'
export type { AsyncStage as Stage, SourcedAsyncStage as SourcedStage } from './stages/stage-types.ts'

/** Every stage as in `fanpipe/iter`, over whatever gives items; a promise of its functions is awaited. */
export const {
  accumulate,
  cast,
  compose,
  compress,
  distinct,
  ensureContiguous,
  extensions,
  fence,
  filter,
  fork,
  fromSource,
  grep,
  groupBy,
  map,
  ngrams,
  project,
  rollingAverageBy,
  slice,
  slidingWindow,
  stage,
  tapPrefix,
  tokenize,
  topK,
  valuesAfter,
}: Stages<'async'> & { fork: ForkMaker<'async'> } = inFace({ ...stages, fork: forkMaker }, runAsync)

/**
 * An async re-iterable over one input after the other.
 *
 * Order: M1, input after input. Memory: nothing is held. Opens one input at a time, the next only when the last is
 * exhausted, so `inputs` may be lazy and endless. Emits when the current input does; completes after the last; cancels
 * the open input when it is closed. Errors: an input's own, unchanged, at its turn; `ArgumentError`
 * (`ERR_FANPIPE_ARGUMENT`). Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * await Readable.from(chain([[1, 2], [3]])).toArray() // => [1, 2, 3]
 */
export function chain<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions = {},
): AsyncIterable<ItemOf<S>> {
  const settings = readFanInOptions(options, fanInRules)
  return toAsyncIterable(new FanIn<ItemOf<S>>(chainJunction(), inputs, 'async', settings), settings)
}

/**
 * An async re-iterable over one item of each input in turn; an exhausted input drops out.
 *
 * Order: M1, strict rotation in input order. Memory: nothing is held. Opens all inputs at the first demand, in order.
 * Emits when the input whose turn it is does; completes when all are exhausted; cancels all when it is closed. Errors:
 * an input's own, unchanged, at its turn; `ArgumentError`. Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * await Readable.from(roundRobin([[1, 2, 3], [9]])).toArray() // => [1, 9, 2, 3]
 */
export function roundRobin<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions = {},
): AsyncIterable<ItemOf<S>> {
  const settings = readFanInOptions(options, fanInRules)
  return toAsyncIterable(new FanIn<ItemOf<S>>(roundRobinJunction(), inputs, 'async', settings), settings)
}

/**
 * An async re-iterable over sorted inputs as one sorted whole.
 *
 * Order: M1, by key, ties by input index, also under `reverse`. Memory: one head an input. Opens all inputs at the first
 * demand; an input is asked again only after its item was given. Emits when every input has a head or has ended; completes
 * when all are exhausted; cancels all when it is closed. Errors: `OrderError` (`ERR_FANPIPE_ORDER`) for an input that is
 * not sorted, `KeyError` (`ERR_FANPIPE_KEY`) for a key without a place in the natural order, `ArgumentError`, an input's
 * own, unchanged. Laws: E1, P1, FR, M1, L1, C1, X1. A k-way merge on a tree of losers (Knuth, vol. 3, 5.4.1).
 *
 * @example
 * await Readable.from(merge([[1, 4], [2, 3]])).toArray() // => [1, 2, 3, 4]
 */
export function merge<S extends Source<unknown> | Iterable<unknown>, K = ItemOf<S>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & MergeOptions<ItemOf<S>, K> = {},
): AsyncIterable<ItemOf<S>> {
  const settings = readFanInOptions(options, { ...fanInRules, ...mergeRules })
  return toAsyncIterable(new FanIn<ItemOf<S>>(mergeJunction(settings), inputs, 'async', settings), settings)
}

/**
 * An async re-iterable of inputs that are nearly sorted by time, as one that is sorted: right as long as no item comes more
 * than `lateness` behind the newest of its own input. For sorted inputs `merge` is cheaper, and holds nothing back.
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
 * await Readable.from(mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 })).toArray() // => [1, 2, 3, 4]
 */
export function mergeBoundedLateness<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & LatenessOptions<ItemOf<S>>,
): AsyncIterable<ItemOf<S>> {
  const settings = readFanInOptions(options, { ...fanInRules, ...latenessRules })
  return toAsyncIterable(
    new FanIn<ItemOf<S>>(latenessJunction(settings), inputs, 'async', settings),
    settings,
  )
}

/**
 * Async iterators that each give all items of one source. With `overflow: 'block'`, the default, draining one to its end
 * before touching the next waits for ever past `maxlen`: consume them side by side, or use `tee`.
 *
 * Order: as the source has it. Memory: T1, Δ items, the lead of the fastest over the slowest, at most `maxlen`, and one not
 * yet delivered to anybody. Opens the source at the first demand. Emits when the source does; backpressures the fastest when
 * the slowest is `maxlen` behind, or fails with `overflow: 'fail'`; completes after the source, each branch for itself; cancels
 * the source when the last branch leaves. Errors: `OverflowError` (`ERR_FANPIPE_OVERFLOW`) in every branch after what it
 * holds; the source's own, likewise. Laws: E1, FR, T1, L1, C1, X1. F1: fence a branch before it amplifies.
 *
 * @example
 * const [a, b] = multicast([1, 2], 2)
 * await Promise.all([a, b].map((branch) => Readable.from(branch).toArray())) // => [[1, 2], [1, 2]]
 */
export function multicast<S extends Source<unknown> | Iterable<unknown>, const N extends Width>(
  source: NotText<S>,
  n: N,
  options: MulticastOptions = {},
): Branches<AsyncIterableIterator<ItemOf<S>>, N> {
  const settings = readOptions(options, multicastRules)
  return branchesOf(multicastHub(() => toRecipe<ItemOf<S>>(source, 'source', 'async'), n, settings, 'async'))
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
 * await Promise.all([a, b].map((branch) => Readable.from(branch).toArray())) // => [[1, 2], [1, 2]]
 */
export function tee<S extends Source<unknown> | Iterable<unknown>, const N extends number = 2>(
  source: NotText<S>,
  n: N = 2 as N,
  options: RunOptions = {},
): Branches<AsyncIterableIterator<ItemOf<S>>, N> {
  const settings = readOptions(options, runRules)
  return branchesOf(teeHub(() => toRecipe<ItemOf<S>>(source, 'source', 'async'), n, settings, 'async'))
}

/**
 * An async re-iterable of a source through stages, each checked by its type against what the one before it gives: the same
 * items as `compose(...stages)(source)`, and with no stages those of the source.
 *
 * Order, memory, errors: those of the stages. Opens the source at the first demand. Emits when the last stage does;
 * backpressures when downstream does; completes when the last stage does; cancels the source when it is closed. Laws: those
 * of its stages.
 *
 * @example
 * await Readable.from(pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10))).toArray() // => [10, 30]
 */
export const pipe: Pipe<'async'> = (source: unknown, ...stages: unknown[]) =>
  toAsyncIterable(pipeRecipe(source, stages, 'async'), {}) as never

function branchesOf<T, N extends Width>(hub: Hub<T>): Branches<AsyncIterableIterator<T>, N> {
  return withMembers(
    hub,
    hub.branches.map((branch): AsyncIterableIterator<T> => new RootAsyncIterator(branch, {}, 'async')),
  )
}
