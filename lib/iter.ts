/** The junctions over iterables: nothing is asynchronous. */
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
import { syncFanInRules } from './fan-in/options.ts'
import { mergeJunction, mergeRules } from './fan-in/merge/merge.ts'
import { latenessRules } from './fan-in/merge-bounded-lateness/lateness-options.ts'
import { latenessJunction } from './fan-in/merge-bounded-lateness/merge-bounded-lateness.ts'
import { syncMergeReadyRules } from './fan-in/merge-ready/merge-ready.ts'
import { roundRobinJunction } from './fan-in/round-robin.ts'
import { zipJunction } from './fan-in/zip/zip.ts'
import { zipRules } from './fan-in/zip/zip-options.ts'
import { multicastHub, multicastRules, teeHub } from './fan-out/multicast.ts'
import type { SyncSource } from './from/recognise.ts'
import type { Recipe } from './kernel/recipe.ts'
import { runRules } from './kernel/root.ts'
import { RootIterator, toIterable } from './to/iterable.ts'

export * from './common.ts'
export * from './stages.ts'
export { syncMap as map } from './stages/map.ts'
export { syncMultiline as multiline } from './stages/multiline.ts'
export { syncTap as tap } from './stages/tap.ts'
export type { SourcedSyncStage as SourcedStage, SyncStage as Stage } from './stages/stage-types.ts'
export type { SyncSource }

const iterables: FaceAdapter<Recipe<unknown>, object> = {
  face: 'iter',
  rules: { ...runRules, ...syncFanInRules },
  wrap: toIterable,
}
const iterators: BranchAdapter = {
  face: 'iter',
  rules: runRules,
  wrap: (branch) => new RootIterator(branch, {}),
}

export const chain: Chain<'iter'> = /* @__PURE__ */ fanIn(iterables, chainJunction, inputErrorRules)
export const roundRobin: RoundRobin<'iter'> = /* @__PURE__ */ fanIn(
  iterables,
  roundRobinJunction,
  inputErrorRules,
)
export const merge: Merge<'iter'> = /* @__PURE__ */ fanIn(iterables, mergeJunction, mergeRules)
export const mergeBoundedLateness: MergeBoundedLateness<'iter'> = /* @__PURE__ */ fanIn(
  iterables,
  latenessJunction,
  latenessRules,
)
export const zip: Zip<'iter'> = /* @__PURE__ */ fanIn(iterables, zipJunction, zipRules)
export const mergeReady: MergeReady<'iter'> = /* @__PURE__ */ mergeReadyIn(iterables, syncMergeReadyRules)
export const multicast: Multicast<'iter'> = /* @__PURE__ */ fanOut(iterators, multicastHub, multicastRules)
export const partition: Partition<'iter'> = /* @__PURE__ */ partitionIn(iterators)
export const tee: Tee<'iter'> = /* @__PURE__ */ fanOut(iterators, teeHub, {}, 2)
export const fork: Fork<'iter'> = /* @__PURE__ */ forkIn()
export const pipe: Pipe<'iter'> = /* @__PURE__ */ pipeIn('iter', toIterable)
