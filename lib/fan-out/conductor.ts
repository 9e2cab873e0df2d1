import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'

/** A junction that drives a hub and decides when its branches may proceed, as `fork` does. */
export interface Conductor<Branch> {
  /** The scope the junction was opened in. */
  readonly outer: Scope
  /** The scope its branches are opened in, unless another hub or a function pulls them. */
  readonly scope: Scope
  readonly place: Place
  /** Whether a branch may take its next item now; throws if the hub should fail instead. */
  admits(branch: Branch): boolean
  /** A branch wants an item that it may not take yet. */
  onBlocked(branch: Branch): void
  /** Calls a function that wakes many branches, and wakes the junction only once, after it. */
  batchWakes(wakeBranches: () => void): void
}
