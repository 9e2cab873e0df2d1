import { check, readOptions, oneOf, type Rule } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import { isByteMode, type ModeOptions, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import { ArgumentError } from '../errors.ts'
import { Hub, type BranchStats } from './hub.ts'
import { maxlenRule, policies, type Overflow } from './overflow/overflow.ts'

/** Options that can differ from branch to branch. */
export interface BranchOptions {
  /** How far the fastest branch may be ahead of this one: 1024 items by default, or 1 MiB of a byte stream. */
  maxlen?: number | undefined
  /**
   * What happens when the fastest branch would get further ahead: `'block'`, the default, makes it wait; `'fail'` ends all
   * branches with an OverflowError. `fanpipe/iter` cannot wait: there `'fail'` is the default, and the only choice.
   */
  overflow?: Overflow | undefined
}

export interface MulticastOptions extends BranchOptions, RunOptions {
  /** `'all'`: when one branch leaves early, the others fail with an AbortError. */
  cancel?: 'all' | undefined
}

const MOST_BRANCHES = 65_536

/** The number of branches is limited, because each costs an open iterator or stream, and some work for every item. */
const branchCount: Rule = {
  expected: `an integer from 0 to ${MOST_BRANCHES}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_BRANCHES,
}

const branchRules = { maxlen: maxlenRule, overflow: oneOf('block', 'fail') } satisfies Record<string, Rule>
export const multicastRules = { ...branchRules, ...runRules, cancel: oneOf('all') } satisfies Record<
  string,
  Rule
>

/** The controls that come with the branches of a fan-out. */
export type Members = {
  /** The current state of each branch. */
  stats(): readonly BranchStats[]
  /** Closes every branch and the source. */
  close(): Promise<void>
}

/** The number of branches, or a list with the options of each. */
export type Width = number | readonly BranchOptions[]
type CountOf<N extends Width> = N extends readonly unknown[] ? N['length'] : N

/** A tuple with one element per branch, if their number is known at compile time and at most 64; otherwise an array. */
export type Several<B, N extends Width> = SeveralOf<B, CountOf<N> & number>
type SeveralOf<B, N extends number> = number extends N
  ? readonly B[]
  : `${N}` extends `-${string}` | `${string}.${string}`
    ? never
    : SeveralUpTo<B, N, readonly []>
type SeveralUpTo<B, N extends number, Got extends readonly B[]> = Got['length'] extends N
  ? Got
  : Got['length'] extends 64
    ? readonly B[]
    : SeveralUpTo<B, N, readonly [...Got, B]>

/** The branches, and the controls as extra properties of the array. */
export type Branches<B, N extends Width> = Exactly<Several<B, N>> & Members

/**
 * Removes the index signature from a tuple, so that reading one branch too many is a compile error in spite of the extra
 * properties. Arrays of unknown length stay as they are.
 */
type Exactly<A extends readonly unknown[]> = number extends A['length']
  ? A
  : { readonly [K in keyof A as number extends K ? never : K]: A[K] }

/** Creates the hub of a multicast. `claimSource` takes over the source, so it is called after all other arguments are checked. */
export function multicastHub<T>(
  claimSource: () => Recipe<T>,
  branches: Width,
  options: MulticastOptions & ModeOptions,
  face: Face,
): Hub<T> {
  const list = Array.isArray(branches) ? ([...branches] as readonly BranchOptions[]) : undefined
  check(list === undefined ? branches : list.length, 'n', branchCount)
  const branchOptions =
    list?.map((given, i) => readOptions(given, branchRules, `n[${i}]`)) ??
    Array.from<BranchOptions>({ length: branches as number }).fill({})
  const overflows = branchOptions.map(
    ({ overflow }) => overflow ?? options.overflow ?? (face === 'iter' ? 'fail' : 'block'),
  )
  if (face === 'iter' && overflows.includes('block'))
    throw new ArgumentError('overflow', "'fail' in fanpipe/iter, which cannot wait", "'block'")
  const source = claimSource()
  return rollbackOnThrow([source], () => {
    const bytes = isByteMode(source.mode, options.objectMode)
    const defaultMaxlen = options.maxlen ?? (bytes ? 2 ** 20 : 1024)
    const settings = branchOptions.map(({ maxlen = defaultMaxlen }, i) => ({
      maxlen,
      policy: policies[overflows[i] as Overflow],
    }))
    return new Hub(source, settings, bytes, face, options)
  })
}

/** Creates the hub of a tee: a multicast without a bound. */
export function teeHub<T>(
  claimSource: () => Recipe<T>,
  n: number,
  options: RunOptions & ModeOptions,
  face: Face,
): Hub<T> {
  check(n, 'n', branchCount)
  const settings = Array.from({ length: n }, () => ({ maxlen: Infinity, policy: policies.block }))
  const source = claimSource()
  return rollbackOnThrow(
    [source],
    () => new Hub(source, settings, isByteMode(source.mode, options.objectMode), face, options),
  )
}

export function withMembers<T, B, N extends Width>(hub: Hub<T>, branches: B[]): Branches<B, N> {
  const members: Members = { stats: () => hub.stats(), close: () => hub.end() }
  return Object.assign(branches, members) as unknown as Branches<B, N>
}
