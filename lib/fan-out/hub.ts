import { DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import { checkOneOpening } from '../cursor/from-iterable.ts'
import { Place } from '../cursor/place.ts'
import type { Mode, Recipe } from '../cursor/recipe.ts'
import { Root, type RunOptions } from '../cursor/root.ts'
import type { Face, Scope } from '../cursor/scope.ts'
import { abortError } from '../errors.ts'
import type { Party, Policy } from './overflow.ts'
import { Ring } from './ring.ts'

export interface BranchSettings {
  readonly maxlen: number
  readonly policy: Policy
}

/** How a branch stands; lengths are items, or bytes where the source is bytes. */
export interface BranchStats {
  /** What the fastest live branch has delivered and this one not yet. */
  readonly lag: number
  /** The greatest lag so far. */
  readonly peak: number
  /** The branch has ended, failed or left. */
  readonly done: boolean
}

/**
 * One source, read once, and branches that each see all of it: a ring of what some branch has not taken yet, and a
 * position a branch.
 *
 * A branch may take an item as long as no other would then lag by more than its own `maxlen` behind what this one has
 * taken. What a face's buffer still holds unread counts as not delivered, so that the bound is that of the user. Only a
 * pull tells whether the source has ended, so at the edge one item more is pulled and held, delivered to nobody.
 */
export class Hub<T> {
  readonly branches: Branch<T>[] = []
  readonly ring = new Ring<T>()
  readonly bytes: boolean
  /** Why all branches end, once they do not end well. */
  failure: { readonly error: unknown } | undefined
  /** No branch may take what lies beyond; a lower bound, found anew when it is met. */
  limit = 0
  /** How many branches stand at the tail, so that the last to leave it releases it. */
  atTail = 0
  blocked = false
  readonly #root: Root<T>
  readonly #cancelAll: boolean
  #tail = 0
  #live = 0
  #ended = false
  #fastest = 0

  constructor(
    source: Recipe<T>,
    settings: readonly BranchSettings[],
    face: Face,
    options: RunOptions & { cancel?: 'all' | undefined },
    place = Place.top,
  ) {
    this.bytes = source.mode === 'bytes'
    this.#cancelAll = options.cancel === 'all'
    this.#root = new Root(
      source,
      face,
      options,
      { wake: () => this.#wakeAll(), fail: (error) => this.#abort(error) },
      place,
    )
    for (const { maxlen, policy } of settings) {
      this.branches.push(new Branch(this, this.branches.length, maxlen, policy))
    }
    this.#live = this.atTail = this.branches.length
  }

  /** The next item from the source: whether there is one now. */
  pull(): true | typeof PENDING | typeof DONE {
    if (!this.#ended) {
      let step: Step<T>
      try {
        step = this.#root.next()
      } catch (error) {
        this.fail(error)
        throw error
      }
      if (step === PENDING) return PENDING
      if (step !== DONE) {
        this.ring.push(step)
        return true
      }
      this.#ended = true
      this.#wakeAll()
    }
    if (this.failure !== undefined) throw this.failure.error
    return DONE
  }

  /** Whether this branch may take its next item, after a look at where the others are. */
  admits(puller: Branch<T>): boolean {
    const laggard = this.measure()
    if (puller.taken < this.limit || laggard === undefined) return true
    try {
      if (laggard.policy(puller, laggard) === 'go on') return true
    } catch (error) {
      this.ring.truncate(puller.position)
      this.fail(error)
      throw error
    }
    this.blocked = true
    return false
  }

  /** Finds the limit and the fastest anew; answers who sets the limit. */
  measure(): Branch<T> | undefined {
    let laggard: Branch<T> | undefined
    this.limit = Infinity
    for (const branch of this.branches) {
      if (branch.left) continue
      const { delivered } = branch
      if (delivered > this.#fastest) this.#fastest = delivered
      if (branch.closed || delivered + branch.maxlen >= this.limit) continue
      this.limit = delivered + branch.maxlen
      laggard = branch
    }
    for (const branch of this.branches) branch.note(this.#fastest)
    return laggard
  }

  /** Somebody has moved on; those who wait for that may go on too. */
  moved(): void {
    const { limit } = this
    this.measure()
    if (this.limit === limit) return
    this.blocked = false
    for (const branch of this.branches) branch.wakeBlocked()
  }

  /** The last branch has left the tail. */
  advance(): void {
    let tail = Infinity
    for (const { closed, position } of this.branches) if (!closed && position < tail) tail = position
    this.#tail = tail
    this.atTail = 0
    for (const { closed, position } of this.branches) if (!closed && position === tail) this.atTail++
    this.ring.release(Math.min(tail, this.ring.head))
  }

  get tail(): number {
    return this.#tail
  }

  /** Branches end with this error after what they hold; the source is closed now. */
  fail(error: unknown): void {
    this.#ended = true
    this.failure = { error }
    void this.#root.close(error)
    this.#wakeAll()
  }

  /** A branch leaves; the last to leave closes the source. */
  leave(branch: Branch<T>, early: boolean): void | Promise<void> {
    this.#live--
    if (branch.position === this.#tail && --this.atTail === 0 && this.#live > 0) this.advance()
    if (this.#live === 0) return this.#root.close()
    if (early && this.#cancelAll && this.failure === undefined)
      this.fail(abortError(`branch ${branch.index} left, and cancel is 'all'`))
    if (this.blocked) this.moved()
  }

  /** Closes all branches. */
  close(): void | Promise<void> {
    for (const branch of this.branches) void branch.close()
    return this.closing()
  }

  closing(): void | Promise<void> {
    return this.#live === 0 || this.failure !== undefined ? this.#root.close() : undefined
  }

  wakeOthers(): void {
    for (const branch of this.branches) branch.wakeWaiting()
  }

  stats(): BranchStats[] {
    this.measure()
    return this.branches.map((branch) => ({
      lag: branch.done ? 0 : this.#fastest - branch.delivered,
      peak: branch.peak,
      done: branch.done,
    }))
  }

  #wakeAll(): void {
    for (const branch of this.branches) branch.wake()
  }

  #abort(error: Error): void {
    this.fail(error)
    for (const branch of this.branches) branch.abort(error)
  }
}

/** One consumer of a hub. */
export class Branch<T> implements Recipe<T>, Cursor<T>, Party {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly index: number
  readonly maxlen: number
  readonly policy: Policy
  readonly #hub: Hub<T>
  /** How much of what it took its face still holds unread. */
  held: () => number = nothing
  hungry: () => boolean = always
  position = 0
  /** Items taken, or bytes. */
  taken = 0
  peak = 0
  /** It takes nothing any more. */
  closed = false
  /** It was closed before its end. */
  left = false
  /** Taken, and not yet where `held` counts it. */
  #flying = 0
  #scope: Scope | undefined
  #waits: 'for-item' | 'for-others' | undefined

  constructor(hub: Hub<T>, index: number, maxlen: number, policy: Policy) {
    this.#hub = hub
    this.mode = hub.bytes ? 'bytes' : 'objects'
    this.index = index
    this.maxlen = maxlen
    this.policy = policy
  }

  get done(): boolean {
    return this.left || (this.closed && this.held() === 0)
  }

  get delivered(): number {
    return this.taken - this.held() - this.#flying
  }

  open(scope: Scope): Cursor<T> {
    checkOneOpening(this.#scope)
    this.#scope = scope
    return this
  }

  next(): Step<T> {
    if (this.closed) return DONE
    const hub = this.#hub
    if (this.#flying > 0) this.landed()
    let fresh = false
    if (this.position === hub.ring.head) {
      const pulled = hub.pull()
      if (pulled === PENDING) {
        this.#waits = 'for-item'
        return PENDING
      }
      if (pulled === DONE) {
        void this.#leave(false)
        return DONE
      }
      fresh = true
    }
    if (this.taken >= hub.limit && !hub.admits(this)) {
      this.#waits = 'for-others'
      if (fresh) hub.wakeOthers()
      return PENDING
    }
    const item = hub.ring.at(this.position)
    this.#take(item)
    if (fresh) hub.wakeOthers()
    return item
  }

  close(): void | Promise<void> {
    return this.#leave(true) ?? this.#hub.closing()
  }

  release(): void | Promise<void> {
    return this.close()
  }

  /** What its scope is, once it is open. */
  get scope(): Scope | undefined {
    return this.#scope
  }

  /** It waits for others to take what it has taken. */
  get blocked(): boolean {
    return this.#waits === 'for-others'
  }

  /** What its face took lies where `held` counts it, or has been given out. */
  landed(): void {
    this.#flying = 0
    if (this.#hub.blocked) this.#hub.moved()
  }

  note(fastest: number): void {
    const lag = fastest - this.delivered
    if (!this.done && lag > this.peak) this.peak = lag
  }

  wake(): void {
    if (this.#waits === undefined) return
    this.#waits = undefined
    this.#scope?.wake()
  }

  wakeWaiting(): void {
    if (this.#waits === 'for-item') this.wake()
  }

  wakeBlocked(): void {
    if (this.#waits === 'for-others') this.wake()
  }

  abort(error: Error): void {
    if (!this.closed) this.#scope?.fail(error)
  }

  #take(item: T): void {
    const hub = this.#hub
    const leavesTail = this.position === hub.tail
    this.position++
    const size = hub.bytes ? (item as { length: number }).length : 1
    this.taken += size
    if (leavesTail && --hub.atTail === 0) hub.advance()
    if (this.held !== nothing) this.#flying = size
    else if (hub.blocked) hub.moved()
  }

  #leave(early: boolean): void | Promise<void> {
    if (this.closed) return
    this.closed = true
    this.left = early
    return this.#hub.leave(this, early)
  }
}

const nothing = (): number => 0
const always = (): boolean => true
