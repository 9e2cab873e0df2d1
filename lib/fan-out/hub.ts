import { abortError, consumerName, StallError } from '../errors.ts'
import { systemClock } from '../kernel/clock.ts'
import { DONE, PENDING } from '../kernel/cursor.ts'
import { checkDepth } from '../kernel/nesting.ts'
import type { Origins } from '../kernel/origins.ts'
import { Place } from '../kernel/place.ts'
import type { Mode } from '../kernel/recipe.ts'
import { Branch } from './branch.ts'
import type { BranchSettings } from './branch-settings.ts'
import type { BranchHub } from './branch-hub.ts'
import type { BranchStats } from './branch-stats.ts'
import type { Conductor } from './conductor.ts'
import type { Consumer, Delivery, JoinFrom } from './delivery/delivery.ts'
import type { HubSettings } from './hub-settings.ts'
import { SharedSource, type SourceListener } from './shared-source.ts'
import { Waits } from './waits.ts'

/**
 * One source and its branches, which may join and leave while it runs. The hub wakes, aborts and closes the branches. One branch
 * at a time pulls the source; the delivery holds the items that other branches have not taken yet.
 */
export class Hub<T> implements BranchHub<T, Branch<T>>, SourceListener<T> {
  readonly branches: Branch<T>[] = []
  readonly mode: Mode
  /** The depth of a branch: the branch calls the hub, and the hub calls its source. */
  readonly depth: number
  /** The name of the source, if it has one. */
  readonly label: string | undefined
  readonly delivery: Delivery<T>
  readonly #source: SharedSource<T>
  readonly #waits = new Waits<Consumer>(this.branches, systemClock, (branch, waited) =>
    this.#onStall(branch, waited),
  )
  readonly #conductor: Conductor<Branch<T>> | undefined
  readonly #cancelAll: boolean
  #keepsOpen: boolean
  /** A branch may be waiting for an item. */
  #isAwaited = false
  /** How many branches there were at the start; `#joined` also counts those that have joined since. */
  readonly #first: number
  #joined = 0

  constructor(settings: HubSettings<T>) {
    const { source, branches, deliveryOf, bytes, face, options = {}, conductor, keepsOpen = false } = settings
    const accepts = settings.accepts ?? (bytes ? 'bytes' : 'anything')
    this.mode = bytes ? 'bytes' : 'objects'
    this.depth = source.depth + 2
    this.label = source.label
    checkDepth(this.depth)
    this.delivery = deliveryOf(this.branches, this.#waits)
    this.#conductor = conductor
    this.#cancelAll = options.cancel === 'all'
    // A run of its own is one deep, because of the branch that pulls it.
    this.#source = new SharedSource(source, this, {
      face,
      options,
      place: conductor?.place ?? Place.root(accepts, 1),
      within: conductor?.scope,
      mustAnswer: conductor?.outer.mustAnswer === true,
    })
    this.#keepsOpen = keepsOpen
    this.#first = branches.length
    for (const own of branches) this.add(own)
  }

  /** Adds a branch, which may join while the others run; forgets those that joined late and are done. */
  add(settings: BranchSettings, from: JoinFrom = 'next'): Branch<T> {
    const branch = new Branch(this, this.#joined++, settings)
    this.branches.push(...this.branches.splice(this.#first).filter(({ done }) => !done))
    this.delivery.join(branch, from)
    this.branches.push(branch)
    if (this.#source.closedEarly)
      branch.detachWith(abortError('the source was closed before this branch joined'))
    return branch
  }

  pull(place: Place): true | typeof PENDING | typeof DONE {
    const pulled = this.#source.pull(place)
    if (pulled === true) return true
    return pulled === DONE && this.delivery.holdsEnd?.() === true ? PENDING : pulled
  }

  admits(branch: Branch<T>, place: Place): boolean {
    try {
      return (this.#conductor ?? this.delivery).admits(branch)
    } catch (error) {
      this.delivery.withdraw?.(branch)
      this.#fail(error)
      throw this.prefixOrigin(error, place)
    }
  }

  onBlocked(branch: Branch<T>): void {
    this.#conductor?.onBlocked(branch)
  }

  /** Called when a branch closes or ends; the last one closes the source. */
  leave(branch: Branch<T>): void | Promise<void> {
    if (this.#isUnused) {
      this.#waits.close()
      return this.#source.close(branch.onFaults)
    }
    if (branch.leftEarly && this.#cancelAll && this.#source.failure === undefined)
      this.onAbort(abortError(`${consumerName(branch.index, branch.kind)} left, and cancel is 'all'`))
    this.delivery.recompute()
    this.#waits.recheck()
  }

  /** Closes all branches. */
  close(): void | Promise<void> {
    this.#keepsOpen = false
    for (const branch of this.branches) void branch.close()
    return this.closing()
  }

  /** Closes the source, and ends all branches for their consumers. */
  async end(): Promise<void> {
    this.#keepsOpen = false
    void this.#source.close()
    await Promise.all(this.branches.map((branch) => branch.end()))
    await this.closing()
  }

  closing(): void | Promise<void> {
    return this.#isUnused || this.#source.failure !== undefined ? this.#source.close() : undefined
  }

  wakeWaiting(): void {
    if (this.#isAwaited) this.#wakeWaiting()
  }

  onWaiting(): void {
    this.#isAwaited = true
  }

  onItem(item: T): void {
    this.delivery.push(item)
  }

  onNews(): void {
    if (this.#conductor === undefined) this.#wakeAll()
    else this.#conductor.batchWakes(() => this.#wakeAll())
  }

  /** Fails every branch, except those that have already taken all items of a source that has ended. */
  onAbort(error: Error): void {
    if (this.#source.ended)
      for (const branch of this.branches) if (!branch.closed && !this.delivery.has(branch)) branch.endNow()
    if (this.#isUnused) return
    this.#fail(error)
    for (const branch of this.branches) branch.abort(error)
  }

  stats(): BranchStats[] {
    this.delivery.refreshPeaks()
    return this.branches.map((branch) => ({
      lag: this.delivery.lagOf(branch),
      peak: branch.peak,
      dropped: branch.dropped,
      waitedMs: this.#waits.waitedFor(branch),
      done: branch.done,
    }))
  }

  /** The error that all branches end with, if there is one. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#source.failure
  }

  get isRunning(): boolean {
    return this.#source.isRunning
  }

  get origins(): Origins {
    return this.#source.origins
  }

  prefixOrigin(error: unknown, place: Place): unknown {
    return this.#source.prefixOrigin(error, place)
  }

  /** No branch is open, and the hub does not stay open for others to join. */
  get #isUnused(): boolean {
    return this.delivery.open === 0 && !this.#keepsOpen
  }

  /** Closes the source now; each branch throws this error after the items that are still held for it. */
  #fail(error: unknown): void {
    this.#source.fail(error)
    this.#waits.close()
    this.delivery.onFailed?.()
    this.onNews()
  }

  /** Others have waited for the branch for too long. */
  #onStall(branch: Consumer, waited: number): void {
    const { delivery } = this
    delivery.refreshPeaks()
    const isUnread = branch.kind === 'branch' && branch.delivered === branch.joinedAt
    const kind = isUnread ? 'unread' : branch.kind
    const error = new StallError(branch.index, delivery.lagOf(branch), branch.peak, waited, kind)
    if (branch.onStall === 'detach') {
      delivery.onStalled?.(branch)
      branch.detachWith(error)
    } else {
      delivery.unblock?.()
      this.#fail(error)
    }
  }

  #wakeWaiting(): void {
    this.#isAwaited = false
    for (const branch of this.branches) branch.wakeWaiting()
  }

  #wakeAll(): void {
    for (const branch of this.branches) branch.wake()
  }
}
