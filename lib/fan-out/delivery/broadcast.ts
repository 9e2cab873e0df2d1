import { WAIT } from '../overflow/verdict.ts'
import { lagOf, laggardOf, leadOf, limitOf } from '../lag.ts'
import type { Consumer, Delivery } from './delivery.ts'
import { Ring } from './ring.ts'

/**
 * Every branch gets every item. A branch may take an item unless some other branch would then be more than that branch's own
 * `maxlen` behind. At that limit one more item is pulled and held without being delivered, because only a pull can tell whether
 * the source has ended.
 */
export class Broadcast<T> implements Delivery<T> {
  lead = 0
  /** May be outdated and too low; it is recomputed when a branch reaches it. */
  limit = 0
  faces = 0
  /** Each new item is held for this many branches. */
  open = 0
  readonly #ring = new Ring<T>()
  readonly #branches: readonly Consumer[]
  readonly #bytes: boolean
  /** The branch that determines the limit; only its progress can raise it. */
  #laggard: Consumer | undefined
  /** Some branch is waiting for the laggard; the limit was `#blockedAt` when the first began to wait. */
  #isBlocked = false
  #blockedAt = 0
  #isUnblocking = false

  constructor(branches: readonly Consumer[], bytes: boolean) {
    this.#branches = branches
    this.#bytes = bytes
  }

  push(item: T): void {
    if (this.open > 0) this.#ring.push(item, this.open)
  }

  has(branch: Consumer): boolean {
    return branch.position !== this.#ring.head
  }

  admits(puller: Consumer): boolean {
    for (;;) {
      this.#updateLimit()
      const laggard = this.#laggard
      if (this.#isBlocked && this.limit > this.#blockedAt) this.#unblockSoon()
      if (puller.taken < this.limit || laggard === undefined) return true
      // The branch is its own laggard: its face holds undelivered items, so it waits for its own consumer.
      const verdict = laggard === puller ? WAIT : laggard.policy(puller, laggard)
      if (verdict.kind === 'pass') return true
      if (verdict.kind === 'detach')
        laggard.detachWith(this.#ring.slice(laggard.position, puller.position), verdict.error)
      else if (verdict.kind === 'wait' || !this.#skip(laggard, verdict.items)) {
        this.#block()
        return false
      }
    }
  }

  take(branch: Consumer): T {
    const item = this.#ring.take(branch.position++)
    const size = this.#sizeOf(item)
    if (branch.face !== undefined) {
      branch.taken += size
      branch.inFlight = size
      return item
    }
    const lag = this.lead - branch.taken
    if (lag > branch.peak) branch.peak = lag
    branch.taken += size
    if (branch.taken > this.lead) this.#advanceLead(branch.taken)
    if (this.#isBlocked) this.#onProgress(branch)
    return item
  }

  withdraw(branch: Consumer): void {
    this.#ring.truncate(branch.position)
  }

  onDelivered(branch: Consumer): void {
    if (branch.taken > this.lead) {
      const { delivered } = branch
      if (delivered > this.lead) this.#advanceLead(delivered)
    }
    if (this.#isBlocked) this.#onProgress(branch)
  }

  /** Starts at the position of the branch that has taken most. */
  join(branch: Consumer): void {
    this.open++
    this.limit = 0
    if (this.#ring.head === 0) return
    branch.position = this.#ring.head
    for (const { closed, position, taken } of this.#branches) {
      if (closed || taken < branch.taken) continue
      branch.position = position
      branch.taken = taken
    }
    this.#ring.join(branch.position)
  }

  leave(branch: Consumer): void {
    this.open--
    this.#ring.releaseFrom(branch.position)
  }

  recompute(): void {
    this.lead = leadOf(this.#branches)
    this.#unblock()
  }

  refreshPeaks(): void {
    this.lead = leadOf(this.#branches, this.lead)
    for (const branch of this.#branches) this.#recordLag(branch)
  }

  /** A branch with a full buffer may take nothing for a long time, so its lag is recorded whenever another gets further ahead. */
  #advanceLead(delivered: number): void {
    this.lead = delivered
    if (this.faces === 0) return
    for (const branch of this.#branches) if (branch.face !== undefined) this.#recordLag(branch)
  }

  #recordLag(branch: Consumer): void {
    const lag = lagOf(branch, this.lead)
    if (lag > branch.peak) branch.peak = lag
  }

  #updateLimit(): void {
    this.#laggard = laggardOf(this.#branches)
    this.limit = this.#laggard === undefined ? Infinity : limitOf(this.#laggard)
  }

  /** Skipped items count as taken and delivered. False if there are none: then everything the branch lags by is in its face. */
  #skip(branch: Consumer, items: number): boolean {
    const { position } = branch
    for (let i = 0; i < items && this.has(branch); i++)
      branch.taken += this.#sizeOf(this.#ring.take(branch.position++))
    return branch.position > position
  }

  #sizeOf(item: T): number {
    return this.#bytes ? byteLength(item as string | Uint8Array) : 1
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

/** A source with an encoding gives strings, which the Readable of a branch converts back to bytes. */
const byteLength = (chunk: string | Uint8Array): number =>
  typeof chunk === 'string' ? utf8.encode(chunk).length : chunk.length
const utf8 = new TextEncoder()
