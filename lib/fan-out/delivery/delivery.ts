import type { Account } from '../account.ts'
import type { Policy } from '../overflow/verdict.ts'

/** What a delivery knows of a branch. */
export interface Consumer extends Account {
  readonly policy: Policy
  /** Its place in the order of the source: how many items it has taken or gone without. */
  position: number
  /** It may take the item that it was not admitted to. */
  wakeBlocked(): void
  /** It fails with the error after these items, and counts no longer. */
  detachWith(items: readonly unknown[], error: Error): void
}

/**
 * How the items of one source reach the branches: to every branch, to one by key, or to whichever asks first. It holds what the
 * source has given and some branch has yet to take, and decides who may take it now.
 */
export interface Delivery<T> {
  /** How much the fastest branch has been given: the lag of the others is measured from here. */
  readonly lead: number
  /** No branch may have taken more than this without asking `admits`. */
  readonly limit: number
  /** How many branches have a face with a buffer. */
  faces: number
  /** The next item of the source. */
  push(item: T): void
  /** Whether there is an item for this branch. */
  has(branch: Consumer): boolean
  /** Whether the branch may take its item now; throws where all branches are to fail. */
  admits(branch: Consumer): boolean
  /** The branch takes its item. */
  take(branch: Consumer): T
  /** The branch that was refused with an error is the only one that could have taken what waits for it. */
  withdraw(branch: Consumer): void
  /** The branch has been given something, or all that its face could place in one go. */
  onDelivered(branch: Consumer): void
  join(branch: Consumer): void
  /** The branch takes nothing any more. */
  leave(branch: Consumer): void
  /** Who leads and who may go on, after a branch has left. */
  recompute(): void
  /** Records how far each branch is behind, before the leader changes or figures are asked for. */
  refreshPeaks(): void
}
