/** The junctions over Node streams. */
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
import { isReadable } from './from/readable/readable-like.ts'
import type { Recipe } from './kernel/recipe.ts'
import * as stages from './stages.ts'
import type * as makers from './stages/makers.ts'
import { sha256WithSize as sha256Maker, type Sha256WithSizeMaker } from './stages/sha256-with-size.ts'
import { toCsv as toCsvMaker, type ToCsvMaker } from './stages/to-csv.ts'
import { inFace, runAsync, type RunStage } from './stages/stage.ts'
import { toBranchReadable } from './streams/branch-readable.ts'
import type { MulticastSink } from './streams/multicast-sink.ts'
import { PipelineReadable } from './streams/pipeline-readable.ts'
import { toStreamPlan } from './streams/through.ts'
import { CursorReadable, streamRules, type StreamOptions } from './to/readable.ts'

export { duplex } from './api/duplex.ts'
export { fileSink, type FileSinkOptions } from './api/file-sink.ts'
export { leaveOpen, type LeaveOpenOptions, type LeftOpen } from './api/leave-open.ts'
export { multicastSink } from './api/multicast-sink.ts'
export { partitionSink } from './api/partition-sink.ts'
export * from './common.ts'
export { csvSource, type CsvOptions, type CsvRow } from './sources/csv-source.ts'
export type { FollowOptions, FollowSettings, OnMissing } from './sources/follow.ts'
export { lineSource, type LineOptions } from './sources/line-source.ts'
export { ndjsonSource, type NdjsonOptions } from './sources/ndjson-source.ts'
export { pageSource, type FetchPage, type Page, type PageOptions } from './sources/page-source.ts'
export { walkSource, type WalkOptions } from './sources/walk-source.ts'
export type { OpenInfo, PartitionSinkOptions } from './streams/partition-sink.ts'
export type { PartitionKey } from './streams/partition-key.ts'
export type { MulticastSinkOptions, TargetOptions, TargetWithOptions } from './streams/sink-targets.ts'
export type { WritableLike } from './to/writable-like.ts'
export type { TextSource } from './sources/text.ts'
export type { ToCsvOptions } from './stages/to-csv.ts'
export type { HashedFile, HashOptions } from './stages/sha256-with-size.ts'
export type {
  SourcedStreamStage as SourcedStage,
  StreamStage as Stage,
  TypedReadable,
} from './streams/stream-types.ts'
export type { MulticastSink, StreamOptions }

const toReadable = (recipe: Recipe<unknown>, options: StreamOptions): CursorReadable<unknown> =>
  new CursorReadable(recipe, options)

const readables: FaceAdapter<Recipe<unknown>, object> = {
  face: 'streams',
  rules: streamRules,
  wrap: toReadable,
}
const branches: BranchAdapter = { face: 'streams', rules: streamRules, wrap: toBranchReadable }

/** A Readable if the source is one, or if a pipeline calls the stage, which it does with its signal; else an async iterable. */
const run: RunStage = (recipeIn, options, source) =>
  isReadable(source) || options.signal !== undefined
    ? new PipelineReadable(recipeIn('streams'), options, source)
    : runAsync(recipeIn, options, source)

export const chain: Chain<'streams'> = /* @__PURE__ */ fanIn(readables, chainJunction, inputErrorRules)
export const roundRobin: RoundRobin<'streams'> = /* @__PURE__ */ fanIn(
  readables,
  roundRobinJunction,
  inputErrorRules,
)
export const merge: Merge<'streams'> = /* @__PURE__ */ fanIn(readables, mergeJunction, mergeRules)
export const mergeBoundedLateness: MergeBoundedLateness<'streams'> = /* @__PURE__ */ fanIn(
  readables,
  latenessJunction,
  latenessRules,
)
export const zip: Zip<'streams'> = /* @__PURE__ */ fanIn(readables, zipJunction, zipRules)
export const mergeReady: MergeReady<'streams'> = /* @__PURE__ */ mergeReadyIn(readables, mergeReadyRules)
export const multicast: Multicast<'streams'> = /* @__PURE__ */ fanOut(branches, multicastHub, multicastRules)
export const partition: Partition<'streams'> = /* @__PURE__ */ partitionIn(branches)
export const balance: Balance<'streams'> = /* @__PURE__ */ fanOut(branches, balanceHub, balanceRules)
export const tee: Tee<'streams'> = /* @__PURE__ */ fanOut(branches, teeHub, {}, 2)
export const fork: Fork<'streams'> = /* @__PURE__ */ forkIn(run, toStreamPlan)
export const pipe: Pipe<'streams'> = /* @__PURE__ */ pipeIn('streams', toReadable)

export const accumulate: makers.AccumulateMaker<'streams'> = /* @__PURE__ */ inFace(stages.accumulate, run)
export const cast: makers.CastMaker<'streams'> = /* @__PURE__ */ inFace(stages.cast, run)
export const chunks: makers.ChunksMaker<'streams'> = /* @__PURE__ */ inFace(stages.chunks, run)
export const compose: makers.ComposeMaker<'streams'> = /* @__PURE__ */ inFace(stages.compose, run)
export const compress: makers.CompressMaker<'streams'> = /* @__PURE__ */ inFace(stages.compress, run)
export const distinct: makers.DistinctMaker<'streams'> = /* @__PURE__ */ inFace(stages.distinct, run)
export const dropWhile: makers.DropWhileMaker<'streams'> = /* @__PURE__ */ inFace(stages.dropWhile, run)
export const ensureContiguous: makers.EnsureContiguousMaker<'streams'> = /* @__PURE__ */ inFace(
  stages.ensureContiguous,
  run,
)
export const extensions: makers.ExtensionsMaker<'streams'> = /* @__PURE__ */ inFace(stages.extensions, run)
export const fence: makers.FenceMaker<'streams'> = /* @__PURE__ */ inFace(stages.fence, run)
export const filter: makers.FilterMaker<'streams'> = /* @__PURE__ */ inFace(stages.filter, run)
export const flatMap: makers.FlatMapMaker<'streams'> = /* @__PURE__ */ inFace(stages.flatMap, run)
export const fromSource: makers.FromSourceMaker<'streams'> = /* @__PURE__ */ inFace(stages.fromSource, run)
export const grep: makers.GrepMaker<'streams'> = /* @__PURE__ */ inFace(stages.grep, run)
export const groupBy: makers.GroupByMaker<'streams'> = /* @__PURE__ */ inFace(stages.groupBy, run)
export const map: makers.MapMaker<'streams'> = /* @__PURE__ */ inFace(stages.map, run)
export const multiline: makers.MultilineMaker<'streams'> = /* @__PURE__ */ inFace(stages.multiline, run)
export const ngrams: makers.NgramsMaker<'streams'> = /* @__PURE__ */ inFace(stages.ngrams, run)
export const project: makers.ProjectMaker<'streams'> = /* @__PURE__ */ inFace(stages.project, run)
export const rollingAverageBy: makers.RollingAverageByMaker<'streams'> = /* @__PURE__ */ inFace(
  stages.rollingAverageBy,
  run,
)
export const sha256WithSize: Sha256WithSizeMaker<'streams'> = /* @__PURE__ */ inFace(sha256Maker, run)
export const slice: makers.SliceMaker<'streams'> = /* @__PURE__ */ inFace(stages.slice, run)
export const slidingWindow: makers.SlidingWindowMaker<'streams'> = /* @__PURE__ */ inFace(
  stages.slidingWindow,
  run,
)
export const stage: makers.StageMaker<'streams'> = /* @__PURE__ */ inFace(stages.stage, run)
export const take: makers.TakeMaker<'streams'> = fence
export const takeWhile: makers.TakeWhileMaker<'streams'> = /* @__PURE__ */ inFace(stages.takeWhile, run)
export const tap: makers.TapMaker<'streams'> = /* @__PURE__ */ inFace(stages.tap, run)
export const tapPrefix: makers.TapPrefixMaker<'streams'> = /* @__PURE__ */ inFace(stages.tapPrefix, run)
export const toCsv: ToCsvMaker<'streams'> = /* @__PURE__ */ inFace(toCsvMaker, run)
export const toLines: makers.ToLinesMaker<'streams'> = /* @__PURE__ */ inFace(stages.toLines, run)
export const toNdjson: makers.ToNdjsonMaker<'streams'> = /* @__PURE__ */ inFace(stages.toNdjson, run)
export const tokenize: makers.TokenizeMaker<'streams'> = /* @__PURE__ */ inFace(stages.tokenize, run)
export const topK: makers.TopKMaker<'streams'> = /* @__PURE__ */ inFace(stages.topK, run)
export const valuesAfter: makers.ValuesAfterMaker<'streams'> = /* @__PURE__ */ inFace(stages.valuesAfter, run)
