import { lagOf, laggardOf, leadOf, limitOf } from '../lag.ts'
import { WAIT, type Verdict } from '../overflow/verdict.ts'
import type { Consumer, Delivery, DeliveryMaker } from './delivery.ts'
import { HeldItems } from './held-items.ts'

export const broadcast =
  <T>(bytes: boolean): DeliveryMaker<T> =>
  (branches) =>
    new Broadcast(branches, bytes)

/**
 * Every branch gets every item. A branch may take an item unless that would leave another branch more than its own `maxlen`
 * behind. At that limit one more item is pulled and held without being delivered, because only a pull can tell whether the
 * source has ended.
 */
class Broadcast<T> implements Delivery<T> {
  /** How much the fastest branch has received: the lag of the others is measured from here. */
  #lead = 0
  /** May be outdated and too low; it is recomputed when a branch reaches it. */
  limit = 0
  faces = 0
  /** Each new item is held for this many branches. */
  open = 0
  readonly #items: HeldItems<T>
  readonly #branches: readonly Consumer[]
  /** The branch that determines the limit; only its progress can raise it. */
  #laggard: Consumer | undefined
  /** Some branch is waiting for the laggard; the limit was `#blockedAt` when the first began to wait. */
  #isBlocked = false
  #blockedAt = 0
  #isUnblocking = false

  constructor(branches: readonly Consumer[], bytes: boolean) {
    this.#branches = branches
    this.#items = new HeldItems(bytes)
  }

  mayPull(): boolean {
    return true
  }

  push(item: T): void {
    if (this.open > 0) this.#items.push(item, this.open)
  }

  has(branch: Consumer): boolean {
    return this.#items.has(branch)
  }

  admits(puller: Consumer): boolean {
    this.#updateLimit()
    if (this.#isBlocked && this.limit > this.#blockedAt) this.#unblockSoon()
    if (puller.taken < this.limit) return true
    const laggards = this.#branches.filter((branch) => !branch.closed && limitOf(branch) <= puller.taken)
    // A branch that is its own laggard waits: its face holds items that its consumer has not received.
    const verdicts = laggards.map((laggard) => (laggard === puller ? WAIT : laggard.policy(puller, laggard)))
    if (verdicts.some(({ kind }) => kind === 'wait')) {
      this.#block()
      return false
    }
    for (const [i, laggard] of laggards.entries()) this.#carryOut(verdicts[i] as Verdict, laggard, puller)
    return true
  }

  take(branch: Consumer): T {
    const lag = this.#lead - branch.taken - branch.toSkip
    const item = this.#items.take(branch)
    const size = this.#items.sizeOf(item)
    branch.taken += size
    if (branch.face !== undefined) {
      branch.inFlight = size
      return item
    }
    if (lag > branch.peak) branch.peak = lag
    if (branch.taken > this.#lead) this.#advanceLead(branch.taken)
    if (this.#isBlocked) this.#onProgress(branch)
    return item
  }

  withdraw(branch: Consumer): void {
    this.#items.truncate(branch.position)
  }

  onDelivered(branch: Consumer): void {
    if (branch.taken > this.#lead) {
      const { delivered } = branch
      if (delivered > this.#lead) this.#advanceLead(delivered)
    }
    if (this.#isBlocked) this.#onProgress(branch)
  }

  /** Starts at the position of the branch that has taken most. */
  join(branch: Consumer): void {
    this.open++
    this.limit = 0
    let position = this.#items.head
    if (position === 0) return
    for (const other of this.#branches) {
      if (other.closed || other.taken < branch.taken) continue
      position = other.position
      branch.taken = other.taken
    }
    this.#items.join(branch, position)
  }

  leave(branch: Consumer): void {
    this.open--
    this.#items.leave(branch)
  }

  recompute(): void {
    this.#lead = leadOf(this.#branches)
    this.#unblock()
  }

  lagOf(branch: Consumer): number {
    return lagOf(branch, this.#lead)
  }

  refreshPeaks(): void {
    this.#lead = leadOf(this.#branches, this.#lead)
    for (const branch of this.#branches) this.#recordLag(branch)
  }

  /** A branch with a full buffer may take nothing for a long time, so its lag is recorded whenever another gets further ahead. */
  #advanceLead(delivered: number): void {
    this.#lead = delivered
    if (this.faces === 0) return
    for (const branch of this.#branches) if (branch.face !== undefined) this.#recordLag(branch)
  }

  #recordLag(branch: Consumer): void {
    const lag = this.lagOf(branch)
    if (lag > branch.peak) branch.peak = lag
  }

  #updateLimit(): void {
    this.#laggard = laggardOf(this.#branches)
    this.limit = this.#laggard === undefined ? Infinity : limitOf(this.#laggard)
  }

  #carryOut(verdict: Verdict, laggard: Consumer, puller: Consumer): void {
    if (verdict.kind === 'pass' || verdict.kind === 'wait') return
    if (verdict.kind === 'skip' && verdict.which === 'oldest') this.#skipOldest(laggard, puller)
    if (verdict.kind === 'detach' || limitOf(laggard) <= puller.taken)
      this.#items.drop(laggard, puller.position)
    if (verdict.kind === 'detach') laggard.detachWith(this.#items.leave(laggard), verdict.error)
  }

  /** Skips until the item of the puller fits, or nothing older than that is left. */
  #skipOldest(laggard: Consumer, puller: Consumer): void {
    while (laggard.position < puller.position && limitOf(laggard) <= puller.taken) this.#items.skip(laggard)
  }

  #block(): void {
    if (!this.#isBlocked) this.#blockedAt = this.limit
    this.#isBlocked = true
  }

  /**
   * Deferred to a microtask: unblocks once for all items delivered synchronously, and only after they have been delivered. Until
   * then a waiting branch would appear to be one item too far ahead.
   */
  #onProgress(branch: Consumer): void {
    if (branch === this.#laggard) this.#unblockSoon()
  }

  #unblockSoon(): void {
    if (this.#isUnblocking) return
    this.#isUnblocking = true
    queueMicrotask(() => {
      this.#isUnblocking = false
      this.#unblock()
    })
  }

  #unblock(): void {
    if (!this.#isBlocked) return
    this.#updateLimit()
    if (this.limit === this.#blockedAt) return
    this.#isBlocked = false
    for (const branch of this.#branches) branch.wakeBlocked()
  }
}
