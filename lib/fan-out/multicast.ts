import { check, oneOf, readOptions, type Rule } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import { isByteMode, type ModeOptions, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import type { Branch } from './branch.ts'
import {
  branchRules,
  branchSettings,
  lateBranchRules,
  type BranchOptions,
  type BranchSettings,
  type BufferOptions,
  type LateBranchOptions,
} from './branch-settings.ts'
import type { Width } from './branches.ts'
import { broadcast } from './delivery/broadcast.ts'
import { Hub } from './hub.ts'
import { policies } from './overflow/overflow.ts'

export interface MulticastOptions extends BranchOptions, RunOptions {
  /** `'all'`: when one branch leaves early, the others fail with an AbortError. */
  cancel?: 'all' | undefined
}

const MOST_BRANCHES = 65_536

/** The number of branches is limited, because each costs an open iterator or stream, and some work for every item. */
export const branchCount: Rule = {
  expected: `an integer from 0 to ${MOST_BRANCHES}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_BRANCHES,
}

export const multicastRules = { ...branchRules, ...runRules, cancel: oneOf('all') } satisfies Record<
  string,
  Rule
>

/** The options of each branch, from their number or from a list. */
export function branchOptionsOf(branches: Width): readonly BranchOptions[] {
  const list = Array.isArray(branches) ? ([...branches] as readonly BranchOptions[]) : undefined
  check(list === undefined ? branches : list.length, 'n', branchCount)
  return (
    list?.map((given, i) => readOptions(given, branchRules, `n[${i}]`)) ??
    Array.from<BranchOptions>({ length: branches as number }).fill({})
  )
}

/** A hub, and how a branch joins it later. */
export interface MulticastHub<T> {
  readonly hub: Hub<T>
  join(options: LateBranchOptions | undefined): Branch<T>
}

/** Creates the hub of a multicast. `claimSource` takes over the source, so it is called after all other arguments are checked. */
export function multicastHub<T>(
  claimSource: () => Recipe<T>,
  branches: Width,
  options: MulticastOptions & ModeOptions & BufferOptions,
  face: Face,
): MulticastHub<T> {
  const branchOptions = branchOptionsOf(branches)
  const source = claimSource()
  return rollbackOnThrow([source], () => {
    const bytes = isByteMode(source.mode, options.objectMode)
    const settingsOf = (own: BranchOptions): BranchSettings => branchSettings(own, options, bytes, face)
    const keepsOpen = branchOptions.length === 0
    const hub = new Hub({
      source,
      branches: branchOptions.map(settingsOf),
      deliveryOf: broadcast(bytes, keepsOpen),
      bytes,
      face,
      options,
      keepsOpen,
    })
    const join = (given: LateBranchOptions | undefined): Branch<T> => {
      const { from, ...own } = readOptions(given, lateBranchRules)
      check(hub.delivery.open + 1, 'the number of branches', branchCount)
      return hub.add(settingsOf(own), from)
    }
    return { hub, join }
  })
}

/** Creates the hub of a tee: a multicast without a bound. */
export function teeHub<T>(
  claimSource: () => Recipe<T>,
  n: number,
  options: RunOptions & ModeOptions,
  face: Face,
): { readonly hub: Hub<T> } {
  check(n, 'n', branchCount)
  const settings = Array.from({ length: n }, () => ({ maxlen: Infinity, policy: policies.block }))
  const source = claimSource()
  return rollbackOnThrow([source], () => {
    const bytes = isByteMode(source.mode, options.objectMode)
    return {
      hub: new Hub({ source, branches: settings, deliveryOf: broadcast(bytes), bytes, face, options }),
    }
  })
}
