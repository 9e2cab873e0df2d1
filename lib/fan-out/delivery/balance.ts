import { Queue } from '../../kernel/queue.ts'
import type { Consumer, Delivery, DeliveryMaker } from './delivery.ts'
import { byteLength } from './held-items.ts'

export const balance =
  <T>(bytes: boolean): DeliveryMaker<T> =>
  (branches) =>
    new Balance(branches, bytes)

/**
 * Each item is for one branch: of those that have asked for an item and not been given one, the one that has waited longest.
 *
 * A branch that asks again at once, as the pump of a flowing Readable does, would take everything that a synchronous source has
 * before the others have asked even once. So unless others are asking anyway, it has to wait for a microtask.
 */
class Balance<T> implements Delivery<T> {
  readonly limit = Infinity
  /** So that a branch calls `admits` before each pull, which is how it asks for an item. */
  readonly isFull = true
  open = 0
  faces = 0
  readonly #branches: readonly Consumer[]
  readonly #bytes: boolean
  /** The branches that have asked for an item, the one that has waited longest first. */
  readonly #asking = new Set<Consumer>()
  /** Items given to branches that have yet to take them. */
  readonly #given = new Map<Consumer, T>()
  /** Items for the next branch that asks. There are none while branches are asking. */
  readonly #unclaimed = new Queue<T>()
  /** The branch that took an item last, until the next microtask. */
  #served: Consumer | undefined
  #isUnblocking = false
  #isEndHeld = false

  constructor(branches: readonly Consumer[], bytes: boolean) {
    this.#branches = branches
    this.#bytes = bytes
  }

  push(item: T): void {
    const [branch] = this.#asking
    if (branch === undefined) {
      this.#unclaimed.push(item)
      return
    }
    this.#asking.delete(branch)
    this.#given.set(branch, item)
    const lag = this.lagOf(branch)
    if (lag > branch.peak) branch.peak = lag
  }

  has(branch: Consumer): boolean {
    return this.#given.has(branch) || this.#unclaimed.length > 0
  }

  admits(branch: Consumer): boolean {
    if (branch === this.#served && this.#asking.size === 0) return false
    this.#asking.add(branch)
    return true
  }

  take(branch: Consumer): T {
    const item = this.#given.has(branch) ? (this.#given.get(branch) as T) : (this.#unclaimed.shift() as T)
    this.#given.delete(branch)
    const size = this.#sizeOf(item)
    branch.taken += size
    if (branch.face !== undefined) branch.inFlight = size
    if (this.open > 1) {
      this.#served = branch
      this.#unblockSoon()
    }
    return item
  }

  holdsEnd(): boolean {
    if (this.#given.size === 0) return false
    return (this.#isEndHeld = true)
  }

  join(): void {
    this.open++
  }

  /** An item that the branch was given but has not taken is for the next one that is asking. */
  leave(branch: Consumer): T[] {
    this.open--
    this.#asking.delete(branch)
    if (this.#given.has(branch)) {
      const item = this.#given.get(branch) as T
      this.#given.delete(branch)
      this.push(item)
    }
    return []
  }

  recompute(): void {
    for (const branch of this.#given.keys()) branch.wakeWaiting()
  }

  lagOf(branch: Consumer): number {
    const given = this.#given.has(branch) ? this.#sizeOf(this.#given.get(branch) as T) : 0
    return given + branch.taken - branch.delivered
  }

  onDelivered(): void {}
  refreshPeaks(): void {}

  /** The last item that was given may have been taken, so that the end is no longer held back. */
  #wakeWaiting(): void {
    this.#isEndHeld = false
    for (const branch of this.#branches) branch.wakeWaiting()
  }

  #sizeOf(item: T): number {
    return this.#bytes ? byteLength(item as string | Uint8Array) : 1
  }

  /** By the time of a microtask every pump has asked, since pumps run in `process.nextTick`, which comes before it. */
  #unblockSoon(): void {
    if (this.#isUnblocking) return
    this.#isUnblocking = true
    queueMicrotask(() => {
      this.#isUnblocking = false
      this.#served = undefined
      for (const branch of this.#branches) branch.wakeBlocked()
      if (this.#isEndHeld) this.#wakeWaiting()
    })
  }
}
