import type { DONE, PENDING } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode } from '../kernel/recipe.ts'
import type { Delivery } from './delivery/delivery.ts'

/** What a branch asks of the hub it belongs to. */
export interface BranchHub<T, Branch> {
  readonly mode: Mode
  readonly depth: number
  readonly label: string | undefined
  readonly delivery: Delivery<T>
  readonly isRunning: boolean
  /** Has the source give its next item to the delivery: true once it has, and else PENDING or DONE. `place` is the branch's. */
  pull(place: Place): true | typeof PENDING | typeof DONE
  admits(branch: Branch, place: Place): boolean
  /** The branch waits for others to be given what it has been given. */
  onBlocked(branch: Branch): void
  /** There is an item that other branches may be waiting for. */
  wakeWaiting(): void
  leave(branch: Branch): void | Promise<void>
  closing(): void | Promise<void>
  prefixOrigin(error: unknown, place: Place): unknown
}
