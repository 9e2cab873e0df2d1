import { check, readOptions, oneOf, type Rule } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import { isByteMode, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import { ArgumentError } from '../errors.ts'
import { Hub, type BranchStats } from './hub.ts'
import { maxlenRule, policies, type Overflow } from './overflow/overflow.ts'

/** The options of one branch, where they differ from those of the others. */
export interface BranchOptions {
  /** By how much the fastest branch may lead this one: 1024 items by default, or 1 MiB of a byte stream. */
  maxlen?: number | undefined
  /**
   * When the fastest would lead by more: `'block'`, the default, makes it wait; `'fail'` ends all branches with an
   * OverflowError. `fanpipe/iter` cannot wait: there `'fail'` is the default, and the only choice.
   */
  overflow?: Overflow | undefined
}

export interface MulticastOptions extends BranchOptions, RunOptions {
  /** `'all'`: when one branch leaves early, the others fail with an AbortError. */
  cancel?: 'all' | undefined
}

const MOST_BRANCHES = 65_536

/** How many branches there may be: each costs an open iterator or stream, and a look at it for every item. */
const branchCount: Rule = {
  expected: `an integer from 0 to ${MOST_BRANCHES}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_BRANCHES,
}

const branchRules = { maxlen: maxlenRule, overflow: oneOf('block', 'fail') } satisfies Record<string, Rule>
export const multicastRules = { ...branchRules, ...runRules, cancel: oneOf('all') } satisfies Record<
  string,
  Rule
>

/** What comes with the branches of a fan-out. */
export type Members = {
  /** How each branch stands now. */
  stats(): readonly BranchStats[]
  /** Closes every branch and the source. */
  close(): Promise<void>
}

/** How many branches: a number, or the options of each. */
export type Width = number | readonly BranchOptions[]
type CountOf<N extends Width> = N extends readonly unknown[] ? N['length'] : N

/** As many as said, where the number is known and not greater than 64; else an array. */
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

/** Branch by branch, with the members of the whole. */
export type Branches<B, N extends Width> = Exactly<Several<B, N>> & Members

/**
 * An array of known length without the index signature of arrays, so that a branch too many is an error also where the
 * array has members besides; one of unknown length as it is.
 */
type Exactly<A extends readonly unknown[]> = number extends A['length']
  ? A
  : { readonly [K in keyof A as number extends K ? never : K]: A[K] }

/** The hub of a multicast; its arguments are checked before a source is taken over. */
export function multicastHub<T>(
  recognised: () => Recipe<T>,
  branches: Width,
  options: MulticastOptions & ModeOptions,
  face: Face,
): Hub<T> {
  const own = Array.isArray(branches) ? ([...branches] as readonly BranchOptions[]) : undefined
  check(own === undefined ? branches : own.length, 'n', branchCount)
  const each =
    own?.map((one, i) => readOptions(one, branchRules, `n[${i}]`)) ??
    Array.from<BranchOptions>({ length: branches as number }).fill({})
  const overflows = each.map(
    ({ overflow }) => overflow ?? options.overflow ?? (face === 'iter' ? 'fail' : 'block'),
  )
  if (face === 'iter' && overflows.includes('block'))
    throw new ArgumentError('overflow', "'fail' in fanpipe/iter, which cannot wait", "'block'")
  const source = recognised()
  return rollbackOnThrow([source], () => {
    const bytes = isByteMode(source.mode, options.objectMode)
    const most = options.maxlen ?? (bytes ? 2 ** 20 : 1024)
    const settings = each.map(({ maxlen = most }, i) => ({
      maxlen,
      policy: policies[overflows[i] as Overflow],
    }))
    return new Hub(source, settings, bytes, face, options)
  })
}

/** The hub of a tee: a multicast without a bound. */
export function teeHub<T>(
  recognised: () => Recipe<T>,
  n: number,
  options: RunOptions & ModeOptions,
  face: Face,
): Hub<T> {
  check(n, 'n', branchCount)
  const settings = Array.from({ length: n }, () => ({ maxlen: Infinity, policy: policies.block }))
  const source = recognised()
  return rollbackOnThrow(
    [source],
    () => new Hub(source, settings, isByteMode(source.mode, options.objectMode), face, options),
  )
}

interface ModeOptions {
  readonly objectMode?: boolean | undefined
}

export function withMembers<T, B, N extends Width>(hub: Hub<T>, branches: B[]): Branches<B, N> {
  const members: Members = { stats: () => hub.stats(), close: () => hub.end() }
  return Object.assign(branches, members) as unknown as Branches<B, N>
}
