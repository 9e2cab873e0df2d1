import type { CloseError } from '../errors.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { WorkBudget } from '../kernel/work-budget.ts'
import { Account, type BufferedFace } from './account.ts'
import type { BranchHub } from './branch-hub.ts'
import type { BranchSettings } from './branch-settings.ts'
import type { Consumer, Delivery } from './delivery/delivery.ts'
import type { Gaps } from './delivery/gaps.ts'
import type { Policy } from './overflow/verdict.ts'
import { Remainder } from './remainder.ts'

/** One consumer of a hub, as a cursor. */
export class Branch<T> extends Account implements Recipe<T>, Cursor<T>, Consumer, Owned {
  readonly mode: Mode
  readonly depth: number
  readonly label: string | undefined
  readonly parts = []
  owned: Owned | undefined = this
  readonly subject = this
  readonly argument = 'source'
  readonly policy: Policy
  position = 0
  gaps: Gaps | undefined
  readonly #hub: BranchHub<T, Branch<T>>
  readonly #delivery: Delivery<T>
  /** The face to destroy when the branch ends, even while another junction reads the branch instead of the face. */
  #owner: BufferedFace | undefined
  #scope: Scope | undefined
  #budget: WorkBudget | undefined
  #place: Place | undefined
  #waitsFor: 'item' | 'others' | undefined
  /** Items and the error still to be delivered after a policy has detached the branch. */
  #remainder: Remainder<T> | undefined

  constructor(hub: BranchHub<T, Branch<T>>, index: number, settings: BranchSettings) {
    super(index, settings)
    this.#hub = hub
    this.#delivery = hub.delivery
    this.mode = hub.mode
    this.depth = hub.depth
    this.label = hub.label
    this.policy = settings.policy
  }

  open(scope: Scope, place: Place): Cursor<T> {
    this.#scope = scope
    this.#place = place
    return this
  }

  next(): Step<T> {
    if (this.unreported > 0) this.reportDropped()
    if (this.closed) return this.#remainder === undefined ? DONE : this.#remainder.next()
    const delivery = this.#delivery
    const isHeld = delivery.has(this)
    if (!isHeld) {
      const pulled = this.#pull()
      if (pulled !== true) return pulled
    }
    const step = this.taken < delivery.limit ? delivery.take(this) : this.#takeIfAdmitted()
    if (!isHeld) this.#hub.wakeWaiting()
    return step
  }

  close(): void | Promise<void> {
    this.#remainder = undefined
    return this.#leave(true) ?? this.#hub.closing()
  }

  release(): void | Promise<void> {
    return this.close()
  }

  get isRunning(): boolean {
    return this.#hub.isRunning
  }

  /** The scope it was opened in; undefined before and after. */
  get scope(): Scope | undefined {
    return this.#scope
  }

  /** It waits until slower branches have caught up. */
  get blocked(): boolean {
    return this.#waitsFor === 'others' && !this.closed
  }

  /** The last branch to close reports the source's errors from closing to its own run, as if it read the source directly. */
  get onFaults(): ((faults: CloseError) => void) | undefined {
    return this.#scope?.adopting(this.#place as Place)
  }

  /** From now on a face with a buffer reads this branch. */
  attachFace(face: BufferedFace): void {
    this.#delivery.faces++
    this.face = this.#owner = face
  }

  /** Another junction reads this branch directly, bypassing its face. */
  detachFace(): void {
    this.#delivery.faces--
    this.face = undefined
  }

  /** The face is destroyed, so the items in its buffer will never be read. */
  discardUnread(): void {
    if (!this.closed) return
    if (!this.done) {
      this.#delivery.refreshPeaks()
      this.leftEarly = true
      this.#delivery.recompute()
    }
    this.#forgetFace()
  }

  onDelivered(): void {
    this.#delivery.onDelivered(this)
  }

  wake(): void {
    if (this.#waitsFor === undefined) return
    this.#waitsFor = undefined
    this.#scope?.wake()
  }

  wakeWaiting(): void {
    if (this.#waitsFor === 'item') this.wake()
  }

  wakeBlocked(): void {
    if (this.#waitsFor === 'others') this.wake()
  }

  detachWith(error: Error): void {
    this.endNow((this.detachedWith = error))
    this.leftEarly = true
  }

  abort(error: Error): void {
    if (this.closed) return
    if (this.#scope === undefined) this.face?.fail(error)
    else {
      this.#hub.prefixOrigin(error, this.#place as Place)
      this.#scope.fail(error)
    }
  }

  /** Closes the branch, and ends it for its consumer as well. */
  async end(): Promise<void> {
    this.#owner?.destroy()
    const scope = this.#waitsFor === undefined ? undefined : this.#scope
    await this.close()
    scope?.wake()
  }

  /** Ends the branch, after what is held for it if there is an error, and wakes its consumer. */
  endNow(error?: Error): void {
    const scope = this.#scope
    void this.#leave(false, error)
    scope?.wake()
  }

  /** Pulls until there is an item for this branch, which is true at once unless the delivery gives each item to one branch. */
  #pull(): true | typeof PENDING | typeof DONE {
    const delivery = this.#delivery
    for (;;) {
      if (delivery.isFull && !this.#hub.admits(this, this.#place as Place)) return this.#wait('others')
      const pulled = this.#hub.pull(this.#place as Place)
      if (pulled !== true) return this.#onNoItem(pulled)
      if (!this.closed && delivery.has(this)) return true
      this.#hub.wakeWaiting()
      if (this.closed) return DONE
      const budget = (this.#budget ??= new WorkBudget(this.#scope as Scope))
      if (budget.yielding || budget.spend()) return PENDING
    }
  }

  #onNoItem(pulled: typeof PENDING | typeof DONE): true | typeof PENDING | typeof DONE {
    if (pulled === PENDING) return this.#delivery.has(this) ? true : this.#wait('item')
    void this.#leave(false)
    return DONE
  }

  #takeIfAdmitted(): Step<T> {
    if (!this.#hub.admits(this, this.#place as Place)) return this.#wait('others')
    return this.#delivery.take(this)
  }

  #wait(what: 'item' | 'others'): typeof PENDING {
    this.#waitsFor = what
    if (this.face !== undefined) this.onDelivered()
    if (what === 'others') this.#hub.onBlocked(this)
    else this.#hub.onWaiting()
    return PENDING
  }

  #leave(early: boolean, error?: Error): void | Promise<void> {
    if (this.closed) return
    this.#delivery.refreshPeaks()
    this.closed = true
    this.leftEarly = early
    if (early) this.#forgetFace()
    const held = this.#delivery.leave(this)
    if (error !== undefined) this.#remainder = new Remainder(held, error)
    const closing = this.#hub.leave(this)
    this.#scope = this.#place = this.#budget = undefined
    return closing
  }

  /** The hub lives as long as any branch, and must not keep the faces of closed branches in memory. */
  #forgetFace(): void {
    if (this.face !== undefined) this.detachFace()
    this.#owner = undefined
  }
}
