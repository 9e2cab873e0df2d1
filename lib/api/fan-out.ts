import type { Branch } from '../fan-out/branch.ts'
import { controlsOf, type Width } from '../fan-out/branches.ts'
import type { Hub } from '../fan-out/hub.ts'
import { partitionHub, partitionRules } from '../fan-out/partition.ts'
import { toRecipe } from '../from/recognise.ts'
import { readOptions } from '../kernel/options.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import type { FaceAdapter, Rules } from './face-adapter.ts'

interface FanOut {
  readonly hub: Hub<unknown>
  /** Adds a branch, where the fan-out lets branches join late. */
  readonly join?: (options: never) => Branch<unknown>
}
type HubMaker = (source: () => Recipe<unknown>, n: never, options: object, face: Face) => FanOut

export type BranchAdapter = FaceAdapter<Branch<unknown>>

/** Makes the function that a face exports for a fan-out; `defaultWidth` is the number of branches if the caller gives none. */
export function fanOut(adapter: BranchAdapter, hubOf: HubMaker, rules: Rules = {}, defaultWidth?: number) {
  return (source: unknown, n: Width | undefined = defaultWidth, options: object = {}): never =>
    wrapBranches(adapter, rules, options, source, (claimSource, settings) =>
      hubOf(claimSource, n as never, settings, adapter.face),
    )
}

/** Makes `partition` for a face. */
export function partitionIn(adapter: BranchAdapter) {
  return (source: unknown, n: Width, choose: (item: never) => number, options: object = {}): never =>
    wrapBranches(adapter, partitionRules, options, source, (claimSource, settings) =>
      partitionHub(claimSource, n, settings, adapter.face, choose),
    )
}

function wrapBranches(
  { face, rules: faceRules, wrap }: BranchAdapter,
  rules: Rules,
  options: object,
  source: unknown,
  fanOutOf: (claimSource: () => Recipe<unknown>, settings: object) => FanOut,
): never {
  const settings = readOptions(options, { ...faceRules, ...rules })
  const { hub, join } = fanOutOf(() => toRecipe<unknown>(source, 'source', face), settings)
  const branches = hub.branches.map((branch) => wrap(branch, settings))
  const branch = join && ((own: never) => wrap(join(own), settings))
  return Object.assign(branches, controlsOf(hub), branch && { branch }) as never
}
