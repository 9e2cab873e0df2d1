import type { BranchOptions } from './branch-settings.ts'
import type { BranchStats, Hub } from './hub.ts'

/** The controls that come with the branches of a fan-out. */
export type FanOutControls = {
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
export type Branches<B, N extends Width> = Exactly<Several<B, N>> & FanOutControls

/**
 * Removes the index signature from a tuple, so that reading one branch too many is a compile error in spite of the extra
 * properties. Arrays of unknown length stay as they are.
 */
type Exactly<A extends readonly unknown[]> = number extends A['length']
  ? A
  : { readonly [K in keyof A as number extends K ? never : K]: A[K] }

export function withControls<T, B, N extends Width>(hub: Hub<T>, branches: B[]): Branches<B, N> {
  const controls: FanOutControls = { stats: () => hub.stats(), close: () => hub.end() }
  return Object.assign(branches, controls) as unknown as Branches<B, N>
}
