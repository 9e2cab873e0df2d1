/** The junctions over async iterables. */
import type { Balance } from './api/balance.ts'
import type { Chain } from './api/chain.ts'
import type { FaceAdapter } from './api/face-adapter.ts'
import { fanIn } from './api/fan-in.ts'
import { fanOut, partitionIn, type BranchAdapter } from './api/fan-out.ts'
import { forkIn, type Fork } from './api/fork.ts'
import type { Merge } from './api/merge.ts'
import type { MergeBoundedLateness } from './api/merge-bounded-lateness.ts'
import { mergeReadyIn, type MergeReady } from './api/merge-ready.ts'
import type { Multicast } from './api/multicast.ts'
import type { Partition } from './api/partition.ts'
import { pipeIn, type Pipe } from './api/pipe.ts'
import type { RoundRobin } from './api/round-robin.ts'
import type { Tee } from './api/tee.ts'
import type { Zip } from './api/zip.ts'
import { chainJunction } from './fan-in/chain.ts'
import { inputErrorRules } from './fan-in/input-errors.ts'
import { mergeJunction, mergeRules } from './fan-in/merge/merge.ts'
import { latenessRules } from './fan-in/merge-bounded-lateness/lateness-options.ts'
import { latenessJunction } from './fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { mergeReadyRules } from './fan-in/merge-ready/merge-ready.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
import { zipJunction } from './fan-in/zip/zip.ts'
import { zipRules } from './fan-in/zip/zip-options.ts'
import { balanceHub, balanceRules } from './fan-out/balance.ts'
import { multicastHub, multicastRules, teeHub } from './fan-out/multicast.ts'
import type { Recipe } from './kernel/recipe.ts'
import { runRules } from './kernel/root.ts'
import * as stages from './stages.ts'
import type * as makers from './stages/makers.ts'
import { inFace, runAsync } from './stages/stage.ts'
import { RootAsyncIterator, toAsyncIterable } from './to/async-iterable.ts'

export { leaveOpen, type LeaveOpenOptions, type LeftOpen } from './api/leave-open.ts'
export * from './common.ts'
export type { AsyncStage as Stage, SourcedAsyncStage as SourcedStage } from './stages/stage-types.ts'

const iterables: FaceAdapter<Recipe<unknown>, object> = {
  face: 'async',
  rules: runRules,
  wrap: toAsyncIterable,
}
const iterators: BranchAdapter = {
  face: 'async',
  rules: runRules,
  wrap: (branch) => new RootAsyncIterator(branch, {}, 'async'),
}

export const chain: Chain<'async'> = /* @__PURE__ */ fanIn(iterables, chainJunction, inputErrorRules)
export const roundRobin: RoundRobin<'async'> = /* @__PURE__ */ fanIn(
  iterables,
  roundRobinJunction,
  inputErrorRules,
)
export const merge: Merge<'async'> = /* @__PURE__ */ fanIn(iterables, mergeJunction, mergeRules)
export const mergeBoundedLateness: MergeBoundedLateness<'async'> = /* @__PURE__ */ fanIn(
  iterables,
  latenessJunction,
  latenessRules,
)
export const zip: Zip<'async'> = /* @__PURE__ */ fanIn(iterables, zipJunction, zipRules)
export const mergeReady: MergeReady<'async'> = /* @__PURE__ */ mergeReadyIn(iterables, mergeReadyRules)
export const multicast: Multicast<'async'> = /* @__PURE__ */ fanOut(iterators, multicastHub, multicastRules)
export const partition: Partition<'async'> = /* @__PURE__ */ partitionIn(iterators)
export const balance: Balance<'async'> = /* @__PURE__ */ fanOut(iterators, balanceHub, balanceRules)
export const tee: Tee<'async'> = /* @__PURE__ */ fanOut(iterators, teeHub, {}, 2)
export const fork: Fork<'async'> = /* @__PURE__ */ forkIn(runAsync)
export const pipe: Pipe<'async'> = /* @__PURE__ */ pipeIn('async', toAsyncIterable)

export const accumulate: makers.AccumulateMaker<'async'> = /* @__PURE__ */ inFace(stages.accumulate, runAsync)
export const cast: makers.CastMaker<'async'> = /* @__PURE__ */ inFace(stages.cast, runAsync)
export const chunks: makers.ChunksMaker<'async'> = /* @__PURE__ */ inFace(stages.chunks, runAsync)
export const compose: makers.ComposeMaker<'async'> = /* @__PURE__ */ inFace(stages.compose, runAsync)
export const compress: makers.CompressMaker<'async'> = /* @__PURE__ */ inFace(stages.compress, runAsync)
export const distinct: makers.DistinctMaker<'async'> = /* @__PURE__ */ inFace(stages.distinct, runAsync)
export const dropWhile: makers.DropWhileMaker<'async'> = /* @__PURE__ */ inFace(stages.dropWhile, runAsync)
export const ensureContiguous: makers.EnsureContiguousMaker<'async'> = /* @__PURE__ */ inFace(
  stages.ensureContiguous,
  runAsync,
)
export const extensions: makers.ExtensionsMaker<'async'> = /* @__PURE__ */ inFace(stages.extensions, runAsync)
export const fence: makers.FenceMaker<'async'> = /* @__PURE__ */ inFace(stages.fence, runAsync)
export const filter: makers.FilterMaker<'async'> = /* @__PURE__ */ inFace(stages.filter, runAsync)
export const flatMap: makers.FlatMapMaker<'async'> = /* @__PURE__ */ inFace(stages.flatMap, runAsync)
export const fromSource: makers.FromSourceMaker<'async'> = /* @__PURE__ */ inFace(stages.fromSource, runAsync)
export const grep: makers.GrepMaker<'async'> = /* @__PURE__ */ inFace(stages.grep, runAsync)
export const groupBy: makers.GroupByMaker<'async'> = /* @__PURE__ */ inFace(stages.groupBy, runAsync)
export const map: makers.MapMaker<'async'> = /* @__PURE__ */ inFace(stages.map, runAsync)
export const multiline: makers.MultilineMaker<'async'> = /* @__PURE__ */ inFace(stages.multiline, runAsync)
export const ngrams: makers.NgramsMaker<'async'> = /* @__PURE__ */ inFace(stages.ngrams, runAsync)
export const project: makers.ProjectMaker<'async'> = /* @__PURE__ */ inFace(stages.project, runAsync)
export const rollingAverageBy: makers.RollingAverageByMaker<'async'> = /* @__PURE__ */ inFace(
  stages.rollingAverageBy,
  runAsync,
)
export const slice: makers.SliceMaker<'async'> = /* @__PURE__ */ inFace(stages.slice, runAsync)
export const slidingWindow: makers.SlidingWindowMaker<'async'> = /* @__PURE__ */ inFace(
  stages.slidingWindow,
  runAsync,
)
export const stage: makers.StageMaker<'async'> = /* @__PURE__ */ inFace(stages.stage, runAsync)
export const take: makers.TakeMaker<'async'> = fence
export const takeWhile: makers.TakeWhileMaker<'async'> = /* @__PURE__ */ inFace(stages.takeWhile, runAsync)
export const tap: makers.TapMaker<'async'> = /* @__PURE__ */ inFace(stages.tap, runAsync)
export const tapPrefix: makers.TapPrefixMaker<'async'> = /* @__PURE__ */ inFace(stages.tapPrefix, runAsync)
export const toLines: makers.ToLinesMaker<'async'> = /* @__PURE__ */ inFace(stages.toLines, runAsync)
export const toNdjson: makers.ToNdjsonMaker<'async'> = /* @__PURE__ */ inFace(stages.toNdjson, runAsync)
export const tokenize: makers.TokenizeMaker<'async'> = /* @__PURE__ */ inFace(stages.tokenize, runAsync)
export const topK: makers.TopKMaker<'async'> = /* @__PURE__ */ inFace(stages.topK, runAsync)
export const valuesAfter: makers.ValuesAfterMaker<'async'> = /* @__PURE__ */ inFace(
  stages.valuesAfter,
  runAsync,
)
