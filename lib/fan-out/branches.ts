import type { BranchOptions, LateBranchOptions } from './branch-settings.ts'
import type { BranchStats } from './branch-stats.ts'
import type { Hub } from './hub.ts'

/** The controls that come with the branches of a fan-out. */
export type FanOutControls = {
  /** The current state of each branch. */
  stats(): readonly BranchStats[]
  /** Closes every branch and the source. */
  close(): Promise<void>
}

/** The controls of a fan-out that more branches may join. */
export type JoinableControls<B> = FanOutControls & {
  /**
   * Adds a branch. Until its consumer has received something, it does not count as the fastest. After the end of the source it
   * ends at once, after an error it fails with that error, and after an early close with an AbortError.
   *
   * A branch that has joined late and is done no longer appears in `stats()`.
   */
  branch(options?: LateBranchOptions): B
}

/** The controls of a `balance`. */
export type BalanceControls<B> = FanOutControls & {
  /**
   * Adds a branch, which takes part from now on. After the end of the source it ends at once, after an error it fails with that
   * error, and after an early close with an AbortError.
   *
   * A branch that has joined late and is done no longer appears in `stats()`.
   */
  branch(): B
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
export type Branches<B, N extends Width> = Exactly<Several<B, N>> & FanOutControls

/** Branches that more may join. */
export type JoinableBranches<B, N extends Width> = Exactly<Several<B, N>> & JoinableControls<B>

/** Branches that share the items as they ask for them. */
export type BalancedBranches<B, N extends number> = Exactly<Several<B, N>> & BalanceControls<B>

/**
 * Removes the index signature from a tuple, so that reading one branch too many is a compile error in spite of the extra
 * properties. Arrays of unknown length stay as they are.
 */
type Exactly<A extends readonly unknown[]> = number extends A['length']
  ? A
  : { readonly [K in keyof A as number extends K ? never : K]: A[K] }

export const controlsOf = (hub: Hub<unknown>): FanOutControls => ({
  stats: () => hub.stats(),
  close: () => hub.end(),
})
