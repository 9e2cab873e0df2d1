import type { Account } from '../account.ts'
import type { Policy } from '../overflow/verdict.ts'
import type { Waits } from '../waits.ts'
import type { Gaps } from './gaps.ts'

/** Where a branch that joins late begins: at the first item that no branch has taken, or at the oldest that is still held. */
export type JoinFrom = 'next' | 'oldest'

/** A branch as seen by a delivery. */
export interface Consumer extends Account {
  readonly policy: Policy
  /** Its position in the sequence of items: how many it has taken or skipped. */
  position: number
  /** What it will skip, if anything. */
  gaps: Gaps | undefined
  /** It waits until slower branches have caught up. */
  readonly blocked: boolean
  /** Wakes the branch if it is waiting for an item. */
  wakeWaiting(): void
  /** Wakes the branch if it is blocked: it may take its item now. */
  wakeBlocked(): void
  /** Separates the branch from the hub: it still delivers what is held for it, and then fails with the error. */
  detachWith(error: Error): void
}

/**
 * Decides which branch gets which item: every branch, one chosen by key, or the first one to ask. It holds the items that some
 * branch has not taken yet, and decides which branches may take theirs now.
 */
export interface Delivery<T> {
  /** A branch that has taken this much must ask `admits` before it takes more. */
  readonly limit: number
  /** An item that was pulled has no room yet. A branch must ask `admits` before it pulls another. */
  readonly isFull: boolean
  /** How many branches have joined and not left. */
  readonly open: number
  /** How many branches are read by a face with a buffer. */
  faces: number
  /** Takes an item from the source. If it throws, all branches fail. */
  push(item: T): void
  /** Whether there is an item for this branch. */
  has(branch: Consumer): boolean
  /** Whether the branch may take its item now, or may pull one if `isFull`; throws if all branches should fail. */
  admits(branch: Consumer): boolean
  take(branch: Consumer): T
  /** Drops the items that made `admits` throw for this branch; no branch has taken them. */
  withdraw?(branch: Consumer): void
  /** Called at the end of the source: true if a branch that leaves could still return an item to be given to another. */
  holdsEnd?(): boolean
  /** The source has failed. An item that had no room is given to its branch all the same. */
  onFailed?(): void
  /** A branch is detached because others have waited for it too long. */
  onStalled?(branch: Consumer): void
  /** All branches are about to fail because of a stall: none holds up another any more, and items that none has taken are dropped. */
  unblock?(): void
  /** The consumer of the branch has received something. */
  onDelivered(branch: Consumer): void
  join(branch: Consumer, from: JoinFrom): void
  /** Removes a branch, and returns what was held for it. */
  leave(branch: Consumer): T[]
  /** Recomputes what depends on the branches that are open, after one has left. */
  recompute(): void
  /** How far the branch is behind: behind the fastest, or by what is queued for it alone. */
  lagOf(branch: Consumer): number
  /** Updates each branch's greatest lag, before one leaves or `stats` is read. */
  refreshPeaks(): void
}

/** Creates the delivery of a hub, whose list of branches may grow. It reports to `waits` which branch holds up which. */
export type DeliveryMaker<T> = (branches: readonly Consumer[], waits: Waits<Consumer>) => Delivery<T>
