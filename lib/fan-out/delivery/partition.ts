import { ArgumentError, OverflowError, show } from '../../errors.ts'
import { ignoreRejection } from '../../kernel/awaited.ts'
import { Queue } from '../../kernel/queue.ts'
import type { Waits } from '../waits.ts'
import type { Consumer, Delivery, DeliveryMaker } from './delivery.ts'

export interface PartitionSettings {
  /** Returns the index of the branch that an item is for. */
  readonly choose: (item: never) => number
  /** Items for a branch that has left are dropped; otherwise such an item fails the others. */
  readonly dropsGone: boolean
}

const RETURNED = 'what choose returns'

export const partition =
  <T>(settings: PartitionSettings): DeliveryMaker<T> =>
  (branches, waits) =>
    new Partition(branches, waits, settings)

/** Each item is for one branch, which has a queue of its own. An item whose queue is full is held, and nothing more is pulled. */
class Partition<T> implements Delivery<T> {
  readonly limit = Infinity
  open = 0
  faces = 0
  readonly #branches: readonly Consumer[]
  readonly #waits: Waits<Consumer>
  readonly #settings: PartitionSettings
  readonly #queues: Queue<T>[] = []
  /** Branches that a policy has detached. Their consumers get an error, so further items for them are dropped. */
  readonly #detached = new WeakSet<Consumer>()
  /** An item that has no room yet, and its branch. */
  #held: { readonly item: T; readonly branch: Consumer } | undefined

  constructor(branches: readonly Consumer[], waits: Waits<Consumer>, settings: PartitionSettings) {
    this.#branches = branches
    this.#waits = waits
    this.#settings = settings
  }

  get isFull(): boolean {
    return this.#held !== undefined
  }

  push(item: T): void {
    const index: unknown = this.#settings.choose(item as never)
    const branch = typeof index === 'number' ? this.#branches[index] : undefined
    if (branch === undefined) {
      ignoreRejection(index)
      const expected = `the index of a branch, from 0 to ${this.#branches.length - 1}`
      throw new ArgumentError(RETURNED, expected, show(index))
    }
    this.#held = { item, branch }
    this.#place()
  }

  has(branch: Consumer): boolean {
    return this.#queueOf(branch).length > 0
  }

  admits(puller: Consumer): boolean {
    const { branch } = this.#held as { item: T; branch: Consumer }
    if (!this.#place() && !this.#placeByPolicy(puller, branch)) return false
    this.#wakeBlocked()
    return true
  }

  take(branch: Consumer): T {
    const item = this.#queueOf(branch).shift() as T
    branch.taken++
    if (branch.face !== undefined) branch.inFlight = 1
    this.onDelivered()
    return item
  }

  withdraw(): void {
    this.#held = undefined
  }

  onFailed(): void {
    if (this.#held === undefined) return
    this.#queueOf(this.#held.branch).push(this.#held.item)
    this.#held = undefined
  }

  /** Its consumer gets the error, so further items for it are dropped. */
  onStalled(branch: Consumer): void {
    this.#detached.add(branch)
  }

  onDelivered(): void {
    if (this.#held !== undefined && !this.#held.branch.closed && this.#place()) this.#wakeBlocked()
  }

  join(): void {
    this.open++
    this.#queues.push(new Queue())
  }

  leave(branch: Consumer): T[] {
    this.open--
    return this.#queueOf(branch).takeAll()
  }

  /** The held item may have been for the branch that left: the next branch to pull finds out. */
  recompute(): void {
    this.#wakeBlocked()
  }

  lagOf(branch: Consumer): number {
    return this.#queueOf(branch).length + branch.taken - branch.delivered
  }

  refreshPeaks(): void {}

  #queueOf({ index }: Consumer): Queue<T> {
    return this.#queues[index] as Queue<T>
  }

  /** Moves the held item to its queue if there is room, or drops it if its branch has left; false if it is still held. */
  #place(): boolean {
    const { item, branch } = this.#held as { item: T; branch: Consumer }
    if (branch.closed) this.#checkGone(branch)
    else if (this.lagOf(branch) < branch.maxlen) this.#enqueue(item, branch)
    else return false
    this.#held = undefined
    this.#waits.endAll()
    return true
  }

  #enqueue(item: T, branch: Consumer): void {
    this.#queueOf(branch).push(item)
    const lag = this.lagOf(branch)
    if (lag > branch.peak) branch.peak = lag
  }

  #checkGone(branch: Consumer): void {
    if (this.#settings.dropsGone || this.#detached.has(branch)) return
    throw new ArgumentError(
      RETURNED,
      'the index of an open branch',
      `${branch.index}, which has left`,
      "to drop the items of branches that have left, use gone: 'drop'",
    )
  }

  /** As in a multicast, only what a consumer asks for is an overflow; a face that reads ahead waits. */
  #placeByPolicy(puller: Consumer, branch: Consumer): boolean {
    if (branch === puller || !puller.hasDemand) return false
    const { index, maxlen } = branch
    const verdict = branch.policy(() => new OverflowError(index, this.lagOf(branch), maxlen, 'part'))
    if (verdict.kind === 'wait') {
      this.#waits.begin(branch, puller)
      return false
    }
    if (verdict.kind === 'skip') this.#skip(verdict.which, branch)
    if (verdict.kind === 'detach') {
      this.onStalled(branch)
      branch.detachWith(verdict.error)
      this.#held = undefined
    }
    return true
  }

  /** What is in the buffer of a Readable cannot be dropped, so if nothing is queued, the new item is. */
  #skip(which: 'oldest' | 'newest', branch: Consumer): void {
    const { item } = this.#held as { item: T }
    const queue = this.#queueOf(branch)
    if (which === 'oldest' && queue.length > 0) {
      queue.shift()
      queue.push(item)
    }
    branch.countDropped(1)
    this.#held = undefined
  }

  #wakeBlocked(): void {
    for (const branch of this.#branches) branch.wakeBlocked()
  }
}
