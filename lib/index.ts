import type { Duplex } from 'node:stream'
import { isReadable } from './from/readable/readable-like.ts'
import { FanIn } from './fan-in/fan-in.ts'
import type { Junction } from './fan-in/junction.ts'
import { fanInRules, readFanInOptions, type FanInOptions } from './fan-in/options.ts'
import { readOptions, type Rule } from './kernel/options.ts'
import type { Recipe } from './kernel/recipe.ts'
import { toRecipe, type ItemOf, type NotText, type Source } from './from/recognise.ts'
import { CursorReadable, streamRules, type StreamOptions } from './to/readable.ts'
import { chainJunction } from './fan-in/chain.ts'
import { mergeJunction, mergeRules, type MergeOptions } from './fan-in/merge/merge.ts'
import { latenessRules, type LatenessOptions } from './fan-in/merge-bounded-lateness/lateness-options.ts'
import { latenessJunction } from './fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
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
import { forkPlan, type ForkMaker, type ForkOptions } from './fan-out/fork.ts'
import * as stages from './stages.ts'
import type { LastOutput } from './stages/compose.ts'
import type { Stages } from './stages/makers.ts'
import { pipeRecipe, type Pipe } from './stages/pipe.ts'
import { sha256WithSize as sha256Maker, type Sha256WithSizeMaker } from './stages/sha256-with-size.ts'
import { inFace, runAsync, toStage, type RunStage } from './stages/stage.ts'
import { branchReadables } from './streams/branch-readable.ts'
import { duplexOf } from './streams/duplex.ts'
import { PipelineReadable } from './streams/pipeline-readable.ts'
import { MulticastSink } from './streams/multicast-sink.ts'
import type { TypedReadable } from './streams/stream-types.ts'
import { toStreamPlan } from './streams/through.ts'

const typed = <T>(recipe: Recipe<T>, options: StreamOptions): TypedReadable<T> =>
  new CursorReadable(recipe, options) as unknown as TypedReadable<T>

/** A Readable where the source is one, and where a pipeline calls, which it does with its signal; else an async iterable. */
const run: RunStage = (recipeIn, options, source) =>
  isReadable(source) || options.signal !== undefined
    ? new PipelineReadable(recipeIn('streams'), options, source)
    : runAsync(recipeIn, options, source)

export * from './common.ts'
export { csvSource, type CsvOptions, type CsvRow } from './sources/csv-source.ts'
export type { FollowOptions, FollowSettings, OnMissing } from './sources/follow.ts'
export { lineSource, type LineOptions } from './sources/line-source.ts'
export { pageSource, type FetchPage, type Page, type PageOptions } from './sources/page-source.ts'
export { walkSource, type WalkOptions } from './sources/walk-source.ts'
export type { TextSource } from './sources/text.ts'
export type { HashedFile, HashOptions } from './stages/sha256-with-size.ts'
export type {
  SourcedStreamStage as SourcedStage,
  StreamStage as Stage,
  TypedReadable,
} from './streams/stream-types.ts'
export type { MulticastSink, StreamOptions }

/**
 * A Readable of one input after the other.
 *
 * Order: M1, input after input. Memory: nothing is held. Opens one input at a time, the next only when the last is
 * exhausted, so `inputs` may be lazy and endless. Emits when the current input does; completes after the last; cancels
 * the open input when it is closed. Errors: an input's own, unchanged, at its turn; `ArgumentError`
 * (`ERR_FANPIPE_ARGUMENT`). Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * await chain([[1, 2], [3]]).toArray() // => [1, 2, 3]
 */
export function chain<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & StreamOptions = {},
): TypedReadable<ItemOf<S>> {
  return fanIn<ItemOf<S>, typeof options>(chainJunction, inputs, options)
}

/**
 * A Readable of one item of each input in turn; an exhausted input drops out.
 *
 * Order: M1, strict rotation in input order. Memory: nothing is held. Opens all inputs at the first demand, in order.
 * Emits when the input whose turn it is does; completes when all are exhausted; cancels all when it is closed. Errors:
 * an input's own, unchanged, at its turn; `ArgumentError`. Laws: E1, P1, FR, M1, L1, C1, X1.
 *
 * @example
 * await roundRobin([[1, 2, 3], [9]]).toArray() // => [1, 9, 2, 3]
 */
export function roundRobin<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & StreamOptions = {},
): TypedReadable<ItemOf<S>> {
  return fanIn<ItemOf<S>, typeof options>(roundRobinJunction, inputs, options)
}

/**
 * A Readable of sorted inputs as one sorted whole.
 *
 * Order: M1, by key, ties by input index, also under `reverse`. Memory: one head an input. Opens all inputs at the first
 * demand; an input is asked again only after its item was given. Emits when every input has a head or has ended; completes
 * when all are exhausted; cancels all when it is closed. Errors: `OrderError` (`ERR_FANPIPE_ORDER`) for an input that is
 * not sorted, `KeyError` (`ERR_FANPIPE_KEY`) for a key without a place in the natural order, `ArgumentError`, an input's
 * own, unchanged. Laws: E1, P1, FR, M1, L1, C1, X1. A k-way merge on a tree of losers (Knuth, vol. 3, 5.4.1).
 *
 * @example
 * await merge([[1, 4], [2, 3]]).toArray() // => [1, 2, 3, 4]
 */
export function merge<S extends Source<unknown> | Iterable<unknown>, K = ItemOf<S>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & StreamOptions & MergeOptions<ItemOf<S>, K> = {},
): TypedReadable<ItemOf<S>> {
  return fanIn<ItemOf<S>, typeof options>(mergeJunction, inputs, options, mergeRules)
}

/**
 * A Readable of inputs that are nearly sorted by time, as one that is sorted: right as long as no item comes more than
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
 * await mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 }).toArray() // => [1, 2, 3, 4]
 */
export function mergeBoundedLateness<S extends Source<unknown> | Iterable<unknown>>(
  inputs: NotText<S, Iterable<S>>,
  options: FanInOptions & StreamOptions & LatenessOptions<ItemOf<S>>,
): TypedReadable<ItemOf<S>> {
  return fanIn<ItemOf<S>, typeof options>(latenessJunction, inputs, options, latenessRules)
}

/**
 * Readables that each give all items of one source. With `overflow: 'block'`, the default, draining one to its end
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
 * await Promise.all([a, b].map((branch) => branch.toArray())) // => [[1, 2], [1, 2]]
 */
export function multicast<S extends Source<unknown> | Iterable<unknown>, const N extends Width>(
  source: NotText<S>,
  n: N,
  options: MulticastOptions & StreamOptions = {},
): Branches<TypedReadable<ItemOf<S>>, N> {
  const settings = readOptions(options, { ...streamRules, ...multicastRules })
  return branchesOf(
    multicastHub(() => toRecipe<ItemOf<S>>(source, 'source', 'streams'), n, settings, 'streams'),
    settings,
  )
}

/**
 * Readables that each give all items of one source, however far apart: no bound, on purpose. Use `multicast` where the
 * branches can be consumed in step.
 *
 * Order: as the source has it. Memory: Δ items, the lead of the fastest over the slowest, without limit; `stats()` tells
 * it. Opens the source at the first demand. Emits when the source does; backpressures never; completes after the source;
 * cancels it when the last branch leaves. Errors: the source's own, in every branch, after what it holds. Laws: E1, FR, L1,
 * C1, X1.
 *
 * @example
 * const [a, b] = tee([1, 2])
 * await Promise.all([a, b].map((branch) => branch.toArray())) // => [[1, 2], [1, 2]]
 */
export function tee<S extends Source<unknown> | Iterable<unknown>, const N extends number = 2>(
  source: NotText<S>,
  n: N = 2 as N,
  options: StreamOptions = {},
): Branches<TypedReadable<ItemOf<S>>, N> {
  const settings = readOptions(options, streamRules)
  return branchesOf(
    teeHub(() => toRecipe<ItemOf<S>>(source, 'source', 'streams'), n, settings, 'streams'),
    settings,
  )
}

/**
 * A Writable to end a pipeline with, whose every item goes to each of its `branches`; otherwise as `multicast`. With no
 * branches (`n` is 0) it blocks; when its last branch leaves, the pipeline fails with Node's premature close.
 *
 * @example
 * const sink = multicastSink(2)
 * const both = Promise.all(sink.branches.map((branch) => branch.toArray()))
 * await pipeline(chain([[1, 2], [3]]), sink)
 * await both // => [[1, 2, 3], [1, 2, 3]]
 */
export function multicastSink<T = unknown, const N extends Width = number>(
  n: N,
  options: MulticastOptions & StreamOptions = {},
): MulticastSink<T, N> {
  const settings = readOptions(options, { ...streamRules, ...multicastRules })
  return new MulticastSink(n, settings)
}

/** Every stage as in `fanpipe/async`; given a Readable, it gives a Readable. */
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
  fromSource,
  grep,
  groupBy,
  map,
  ngrams,
  project,
  rollingAverageBy,
  sha256WithSize,
  slice,
  slidingWindow,
  stage,
  tapPrefix,
  tokenize,
  topK,
  valuesAfter,
}: Stages<'streams'> & { sha256WithSize: Sha256WithSizeMaker<'streams'> } = inFace(
  { ...stages, sha256WithSize: sha256Maker },
  run,
)

/**
 * As in `fanpipe/async`; given a Readable, a Readable. A stage may also be a Node Duplex that is strictly 1:1, or better
 * a function that makes one, since an instance works once. zlib is never 1:1: use `multicast`.
 */
export const fork: ForkMaker<'streams', Duplex | (() => Duplex)> = (
  stages: readonly unknown[],
  options?: ForkOptions,
): never => toStage(forkPlan(stages, options, toStreamPlan), run) as never

/**
 * A Readable of a source through stages, each checked by its type against what the one before it gives: the same items as
 * `compose(...stages)(source)`, and with no stages those of the source.
 *
 * Order, memory, errors: those of the stages. Opens the source at the first demand. Emits when the last stage does;
 * backpressures when downstream does; completes when the last stage does; cancels the source when it is closed. Laws: those
 * of its stages.
 *
 * @example
 * await pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10)).toArray() // => [10, 30]
 */
export const pipe: Pipe<'streams'> = (source: unknown, ...stages: unknown[]) =>
  typed(pipeRecipe(source, stages, 'streams'), {}) as never

/**
 * A Node Duplex of stages: what is written comes out as the stages have it. With a Node stream, a list of functions or a
 * stream-chain pipeline among the parts, it is stream-chain that joins them.
 *
 * Order, memory: those of the stages, and a highWaterMark at each end. Emits when the last stage does; backpressures when
 * downstream does; completes when the last stage does; a destroyed Duplex cancels its stages. A `fence` or a `stop` ends
 * the readable side and drains what is still written. Errors: a stage's own; `ArgumentError` where there is no part.
 *
 * Its readable side must be read: as the last part of `stream.pipeline` nobody reads it, and `pipeline(source, duplex(map(f)),
 * callback)` never calls back, even for one item. Use it between a source and a sink, or give the stage itself to `pipeline`.
 *
 * @example
 * const tenfold = duplex(map((n: number) => n * 10))
 * await Readable.from([1, 2]).pipe(tenfold).toArray() // => [10, 20]
 */
export function duplex<const P extends readonly unknown[]>(
  ...parts: P
): TypedReadable<LastOutput<P>> & Duplex {
  return duplexOf(parts) as TypedReadable<LastOutput<P>> & Duplex
}

function fanIn<T, O extends FanInOptions & StreamOptions>(
  junction: (settings: O) => Junction<T>,
  inputs: unknown,
  options: O,
  rules?: Record<string, Rule>,
): TypedReadable<T> {
  const settings = readFanInOptions(options, { ...fanInRules, ...streamRules, ...rules })
  return typed(new FanIn<T>(junction(settings), inputs, 'streams', settings), settings)
}

function branchesOf<T, N extends Width>(hub: Hub<T>, options: StreamOptions): Branches<TypedReadable<T>, N> {
  return withMembers(hub, branchReadables(hub, options) as TypedReadable<T>[])
}
