import type { Branch } from '../fan-out/branch.ts'
import { controlsOf, type Width } from '../fan-out/branches.ts'
import type { Hub } from '../fan-out/hub.ts'
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
export function fanOut(
  { face, rules: faceRules, wrap }: BranchAdapter,
  hubOf: HubMaker,
  rules: Rules = {},
  defaultWidth?: number,
) {
  return (source: unknown, n: Width | undefined = defaultWidth, options: object = {}): never => {
    const settings = readOptions(options, { ...faceRules, ...rules })
    const { hub, join } = hubOf(() => toRecipe<unknown>(source, 'source', face), n as never, settings, face)
    const branches = hub.branches.map((branch) => wrap(branch, settings))
    const branch = join && ((options: never) => wrap(join(options), settings))
    return Object.assign(branches, controlsOf(hub), branch && { branch }) as never
  }
}
