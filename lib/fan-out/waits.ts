import type { Clock } from '../kernel/clock.ts'
import type { Account } from './account.ts'
import { limitOf } from './lag.ts'

/** A branch as seen by `Waits`. */
interface Waiting extends Account {
  /** It waits until slower branches have caught up. */
  readonly blocked: boolean
}

interface Wait<B> {
  readonly since: number
  /** How far others could get when the wait began. If that is further now, the branch has received something since. */
  readonly limit: number
  /** A branch whose consumer has asked for an item that it may not take yet. */
  readonly waiter: B
}

/**
 * How long consumers have been waiting for the branches that hold them up, and which of those exceed their `stall`.
 *
 * A wait for a branch ends as soon as that branch has received something. The clock is read when a wait begins and when it ends.
 * There is one timer, and it is not reset when a wait ends: when it fires, it checks whether another wait has begun.
 */
export class Waits<B extends Waiting> {
  readonly #branches: readonly B[]
  readonly #clock: Clock
  readonly #onStall: (branch: B, waited: number) => void
  readonly #waits = new Map<B, Wait<B>>()
  #timer: unknown
  #dueAt = Infinity

  constructor(branches: readonly B[], clock: Clock, onStall: (branch: B, waited: number) => void) {
    this.#branches = branches
    this.#clock = clock
    this.#onStall = onStall
  }

  /** The consumer of `waiter` waits for `branch`. */
  begin(branch: B, waiter: B): void {
    if (this.#waits.has(branch)) return
    const since = this.#clock.now()
    this.#waits.set(branch, { since, limit: limitOf(branch), waiter })
    if (branch.stall !== undefined) this.#setTimer(since + branch.stall, since)
  }

  /** Ends the wait for a branch if that branch has received something. */
  onProgress(branch: B): void {
    const wait = this.#waits.get(branch)
    if (wait !== undefined && limitOf(branch) > wait.limit) this.#end(branch, wait, this.#clock.now())
  }

  /** Ends all waits. Whoever still has to wait will begin a new one. */
  endAll(): void {
    if (this.#waits.size === 0) return
    const now = this.#clock.now()
    for (const [branch, wait] of this.#waits) this.#end(branch, wait, now)
  }

  /** Called after a branch has left: ends the waits for it, and every wait in which no branch is waiting any more. */
  recheck(): void {
    if (this.#waits.size === 0) return
    const now = this.#clock.now()
    const other = this.#branches.find(isWaiting)
    for (const [branch, wait] of this.#waits) {
      if (branch.closed) this.#end(branch, wait, now)
      else if (isWaiting(wait.waiter)) continue
      else if (other === undefined) this.#end(branch, wait, now)
      else this.#waits.set(branch, { ...wait, waiter: other })
    }
  }

  /** How long others have waited for the branch in all, in milliseconds. */
  waitedFor(branch: B): number {
    const wait = this.#waits.get(branch)
    return branch.waitedMs + (wait === undefined ? 0 : this.#clock.now() - wait.since)
  }

  close(): void {
    this.endAll()
    this.#clearTimer()
  }

  #end(branch: B, { since }: Wait<B>, now: number): void {
    branch.waitedMs += now - since
    this.#waits.delete(branch)
  }

  #setTimer(dueAt: number, now: number): void {
    if (dueAt >= this.#dueAt) return
    this.#clearTimer()
    this.#dueAt = dueAt
    this.#timer = this.#clock.setTimeout(() => this.#onTimer(), dueAt - now)
  }

  #clearTimer(): void {
    if (this.#dueAt < Infinity) this.#clock.clearTimeout(this.#timer)
    this.#dueAt = Infinity
  }

  /** A consumer may have stopped asking without notice, as a paused Readable does: then nobody waits, and there is no stall. */
  #onTimer(): void {
    this.#dueAt = Infinity
    this.recheck()
    const now = this.#clock.now()
    for (const [branch, wait] of [...this.#waits]) {
      const waited = now - wait.since
      if (waited >= (branch.stall ?? Infinity) && this.#waits.get(branch) === wait)
        this.#onStall(branch, waited)
    }
    let dueAt = Infinity
    for (const [branch, { since }] of this.#waits) dueAt = Math.min(dueAt, since + (branch.stall ?? Infinity))
    this.#setTimer(dueAt, now)
  }
}

const isWaiting = (branch: Waiting): boolean => branch.blocked && branch.hasDemand
