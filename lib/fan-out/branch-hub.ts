import type { DONE, PENDING } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode } from '../kernel/recipe.ts'
import type { Delivery } from './delivery/delivery.ts'

/** The hub as seen by one of its branches. */
export interface BranchHub<T, Branch> {
  readonly mode: Mode
  readonly depth: number
  readonly label: string | undefined
  readonly delivery: Delivery<T>
  readonly isRunning: boolean
  /** Moves the next item from the source to the delivery: true if there was one, otherwise PENDING or DONE. */
  pull(place: Place): true | typeof PENDING | typeof DONE
  admits(branch: Branch, place: Place): boolean
  /** The branch waits until slower branches have caught up. */
  onBlocked(branch: Branch): void
  /** The branch waits for an item. */
  onWaiting(): void
  /** Wakes the branches that are waiting for an item, because one has arrived. */
  wakeWaiting(): void
  leave(branch: Branch): void | Promise<void>
  closing(): void | Promise<void>
  prefixOrigin(error: unknown, place: Place): unknown
}
