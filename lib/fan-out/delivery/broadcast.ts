import { OverflowError } from '../../errors.ts'
import { isHeldUpBy, lagOf, laggardOf, leadOf, limitOf } from '../lag.ts'
import { WAIT, type Verdict } from '../overflow/verdict.ts'
import type { Waits } from '../waits.ts'
import { BlockedBranches } from './blocked-branches.ts'
import { carryOut } from './carry-out.ts'
import type { Consumer, Delivery, DeliveryMaker, JoinFrom } from './delivery.ts'
import { HeldItems } from './held-items.ts'

/** `keepsUntaken`: an item that was pulled, but taken by none of the branches before they left, is for the next one to join. */
export const broadcast =
  <T>(bytes: boolean, keepsUntaken = false): DeliveryMaker<T> =>
  (branches, waits) =>
    new Broadcast(branches, waits, bytes, keepsUntaken)

const overflowOf = (puller: Consumer, laggard: Consumer): OverflowError =>
  new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen, laggard.kind)

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
  readonly isFull = false
  faces = 0
  /** Each new item is held for this many branches. */
  open = 0
  readonly #items: HeldItems<T>
  readonly #branches: readonly Consumer[]
  readonly #waits: Waits<Consumer>
  /** Kept here too, because the path of an item must stay short enough for V8 to inline all of it. */
  readonly #bytes: boolean
  readonly #blocked = new BlockedBranches()
  /** Whether there are any. */
  #isBlocked = false
  #isUnblocking = false
  #isUnbounded = false
  /** Items pulled before the last branch left, but taken by no branch; undefined if they are not kept. */
  #untaken: T[] | undefined
  /** The position of the branch that has got furthest, when it was last noted. */
  #furthest = { position: 0, taken: 0 }

  constructor(branches: readonly Consumer[], waits: Waits<Consumer>, bytes: boolean, keepsUntaken: boolean) {
    this.#branches = branches
    this.#waits = waits
    this.#bytes = bytes
    this.#items = new HeldItems(bytes)
    if (keepsUntaken) this.#untaken = []
  }

  push(item: T): void {
    if (this.open > 0) this.#items.push(item, this.open)
  }

  has(branch: Consumer): boolean {
    return this.#items.has(branch)
  }

  admits(puller: Consumer): boolean {
    this.#updateLimit()
    if (this.#isBlocked) {
      this.#blocked.delete(puller)
      this.#onProgress(puller)
    }
    if (puller.taken < this.limit) return true
    const { hasDemand } = puller
    const laggards = this.#branches.filter((branch) => isHeldUpBy(puller, branch))
    // A branch that is its own laggard waits, as its face holds items that its consumer has not received. So does one whose face
    // only reads ahead: an overflow is what its consumer causes.
    const verdicts = laggards.map((laggard) =>
      laggard === puller || !hasDemand ? WAIT : laggard.policy(() => overflowOf(puller, laggard)),
    )
    const waitsFor = laggards.filter((_, i) => verdicts[i]?.kind === 'wait')
    if (waitsFor.length > 0) {
      this.#blocked.add(puller, waitsFor)
      this.#isBlocked = true
      if (hasDemand) for (const laggard of waitsFor) this.#waits.begin(laggard, puller)
      return false
    }
    for (const [i, laggard] of laggards.entries())
      carryOut(verdicts[i] as Verdict, laggard, puller, this.#items)
    if (this.#isBlocked) this.#unblockSoon()
    return true
  }

  take(branch: Consumer): T {
    const item = this.#items.take(branch)
    const size = this.#bytes ? this.#items.sizeOf(item) : 1
    branch.taken += size
    if (branch.face !== undefined) {
      branch.inFlight = size
      return item
    }
    const lag = this.#lead - branch.taken - branch.toSkip + size
    if (lag > branch.peak) branch.peak = lag
    if (branch.taken > this.#lead) this.#advanceLead(branch.taken)
    if (this.#isBlocked) this.#onProgress(branch)
    return item
  }

  withdraw(branch: Consumer): void {
    this.#items.truncate(branch.position)
  }

  unblock(): void {
    for (const branch of this.#branches) if (!branch.closed) this.#noteFurthest(branch)
    this.#items.truncate(this.#furthest.position)
    this.#isUnbounded = true
  }

  onDelivered(branch: Consumer): void {
    if (branch.taken > this.#lead) {
      const { delivered } = branch
      if (delivered > this.#lead && delivered > branch.joinedAt) this.#advanceLead(delivered)
    }
    if (this.#isBlocked) this.#onProgress(branch)
  }

  /**
   * `'next'` starts after everything that any branch, even one that has left, has taken or skipped; `'oldest'` as far before that as
   * items are held, but no further than the branch may lag.
   */
  join(branch: Consumer, from: JoinFrom): void {
    this.open++
    this.limit = 0
    if (this.#items.head === 0) return
    for (const other of this.#branches) if (!other.closed) this.#noteFurthest(other)
    const { position, taken } = this.#furthest
    const held = from === 'oldest' ? this.#items.heldBefore(position, branch.maxlen) : { count: 0, size: 0 }
    branch.taken = branch.joinedAt = taken - held.size
    this.#items.join(branch, position - held.count)
    if (this.#untaken !== undefined)
      for (const item of this.#untaken.splice(0)) this.#items.push(item, this.open)
  }

  leave(branch: Consumer): T[] {
    this.open--
    this.#blocked.delete(branch)
    this.#noteFurthest(branch)
    const held = this.#items.leave(branch)
    if (this.open > 0) return held
    const { head } = this.#items
    const untaken = Math.min(held.length, head - this.#furthest.position)
    if (this.#untaken !== undefined) this.#untaken = held.splice(held.length - untaken)
    // Nothing is held any more, so a branch that joins now begins with the next item.
    this.#furthest = { ...this.#furthest, position: head }
    return held
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
    this.#recordLags()
  }

  #advanceLead(delivered: number): void {
    this.#lead = delivered
    if (this.faces > 0) this.#recordLags()
  }

  /** A branch with a full buffer may take nothing for a long time, so its lag is recorded whenever another gets further ahead. */
  #recordLags(): void {
    for (const branch of this.#branches) {
      const lag = this.lagOf(branch)
      if (lag > branch.peak) branch.peak = lag
    }
  }

  #updateLimit(): void {
    const laggard = laggardOf(this.#branches)
    this.limit = laggard === undefined || this.#isUnbounded ? Infinity : limitOf(laggard)
  }

  #noteFurthest({ position, taken }: Consumer): void {
    if (position > this.#furthest.position) this.#furthest = { position, taken }
  }

  /**
   * Deferred to a microtask: unblocks once for all items delivered synchronously, and only after they have been delivered. Until
   * then a waiting branch would appear to be one item too far ahead.
   */
  #onProgress(branch: Consumer): void {
    this.#waits.onProgress(branch)
    if (this.#blocked.isWatched(branch)) this.#unblockSoon()
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
    const released = this.#blocked.release()
    this.#isBlocked = !this.#blocked.isEmpty
    for (const laggards of released.values()) for (const laggard of laggards) this.#waits.onProgress(laggard)
    for (const branch of this.#branches) if (released.has(branch)) branch.wakeBlocked()
  }
}
