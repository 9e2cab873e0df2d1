import { DONE, PENDING, type Step } from '../kernel/cursor.ts'
import { checkDepth, nesting } from '../kernel/nesting.ts'
import { type Origins } from '../kernel/origins.ts'
import { withOrigin, Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Root, type RunOptions } from '../kernel/root.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { abortError } from '../errors.ts'
import { Branch } from './branch.ts'
import type { Policy } from './overflow.ts'
import { Ring } from './ring.ts'
import { isObject } from '../kernel/guards.ts'

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

/** What a hub's source is doing. Small integers, since storing a string costs a write barrier for every item. */
const READY = 0
/** It is being pulled, further up the stack. */
const RUNNING = 1
/** It is being pulled, and has woken the hub meanwhile. */
const RUNNING_WITH_NEWS = 2
/** It has said PENDING, and has not woken the hub since. */
const IDLE = 3

/** A junction that a hub is a part of. */
export interface Conductor<T> {
  /** What it was opened in. */
  readonly outer: Scope
  /** What its branches are opened in, unless another hub or a function pulls them. */
  readonly scope: Scope
  readonly place: Place
  /** Whether a branch may take its next item now; throws where it should fail. */
  admits(branch: Branch<T>): boolean
  /** A branch wants an item that it was not admitted to. */
  onHeldUp(branch: Branch<T>): void
  /** Runs a call that wakes branches; the junction is woken once, when all of them have been. */
  together(wakeThem: () => void): void
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
  /** How deep a branch stands: it calls the hub, and that its source. */
  readonly depth: number
  /** The name of the source, where it knows it. */
  readonly label: string | undefined
  readonly conductor: Conductor<T> | undefined
  /** Why all branches end, once they do not end well. */
  failure: { readonly error: unknown } | undefined
  /** No branch may take what lies beyond; a lower bound, found anew when it is met. */
  limit = 0
  /** How far the fastest branch that has not left has delivered. */
  fastest = 0
  /** How many branches have a reader, whose takings are not yet deliveries. */
  readers = 0
  blocked = false
  readonly #root: Root<T>
  readonly #cancelAll: boolean
  readonly #canWait: boolean
  /** Its source knows nothing of the cursors above its branches. */
  readonly #counts: boolean
  #live = 0
  #ended = false
  #source: number = READY
  /** Whose lag set the limit: nobody else can raise it. */
  #laggard: Branch<T> | undefined
  #unblocking = false
  #blockedAt = 0

  constructor(
    source: Recipe<T>,
    settings: readonly BranchSettings[],
    bytes: boolean,
    face: Face,
    options: RunOptions & { cancel?: 'all' | undefined },
    conductor?: Conductor<T>,
  ) {
    this.bytes = bytes
    this.depth = source.depth + 2
    this.label = source.label
    checkDepth(this.depth)
    this.conductor = conductor
    this.#counts = conductor === undefined
    this.#canWait = face !== 'iter'
    this.#cancelAll = options.cancel === 'all'
    const place = conductor?.place ?? Place.root(bytes ? 'bytes' : 'anything')
    const wakers = {
      wake: () => this.#woken(),
      fail: (error: Error) => this.#abort(error),
      mustAnswer: conductor?.outer.mustAnswer === true,
    }
    this.#root = new Root(source, face, options, wakers, place, conductor?.scope)
    for (const { maxlen, policy } of settings) {
      this.branches.push(new Branch(this, this.branches.length, maxlen, policy))
    }
    this.#live = this.branches.length
  }

  /**
   * The next item from the source: whether there is one now. One pull at a time: news that come while it runs are its own,
   * and a branch that comes meanwhile waits for it. `depth` is that of the branch.
   */
  pull(depth: number): true | typeof PENDING | typeof DONE {
    if (this.#ended) return this.#end()
    if (this.#source !== READY) return this.#notNow()
    this.#source = RUNNING
    const above = nesting.depth
    if (this.#counts) nesting.depth = above + depth + 1
    let step: Step<T>
    try {
      step = this.#next()
      if (step === PENDING) step = this.#again()
    } catch (error) {
      this.#source = READY
      nesting.depth = above
      this.fail(error)
      throw error
    }
    this.#source = READY
    nesting.depth = above
    if (step === PENDING) {
      this.#source = IDLE
      return PENDING
    }
    if (step !== DONE) {
      if (this.#live > 0) this.ring.push(step, this.#live)
      return true
    }
    this.#root.ended(false)
    this.#ended = true
    this.#wakeAll()
    return this.#end()
  }

  /** The sync face cannot wait for the pull that is under way; the others do. */
  #notNow(): typeof PENDING {
    if (!this.isRunning || this.#canWait) return PENDING
    throw new TypeError('The source is already running: a branch was pulled from inside it')
  }

  #end(): typeof DONE {
    if (this.failure !== undefined) throw this.failure.error
    return DONE
  }

  /**
   * An error comes out at a branch, where it has a run of its own: the way to its source begins there. Only then does that run
   * hold on to this one, since it may go through any number of hubs.
   */
  prefixOrigin(error: unknown, place: Place): unknown {
    if (this.origins === place.origins) return error
    place.origins.include(this.origins)
    const way = isObject(error) ? this.origins.pathOf(error) : undefined
    return way === undefined ? error : withOrigin(error, place, way)
  }

  get origins(): Origins {
    return this.#root.origins
  }

  /** Whether this branch may take its next item, after a look at where the others are. */
  admits(puller: Branch<T>): boolean {
    try {
      return this.conductor === undefined ? this.#hasRoom(puller) : this.conductor.admits(puller)
    } catch (error) {
      this.ring.truncate(puller.position)
      this.fail(error)
      throw error
    }
  }

  #hasRoom(puller: Branch<T>): boolean {
    const laggard = this.measure()
    if (this.blocked && this.limit > this.#blockedAt) this.#unblockSoon()
    if (puller.taken < this.limit || laggard === undefined) return true
    laggard.policy(puller, laggard)
    if (!this.blocked) this.#blockedAt = this.limit
    this.blocked = true
    return false
  }

  /** Finds the limit anew; answers who sets it. */
  measure(): Branch<T> | undefined {
    this.#laggard = undefined
    this.limit = Infinity
    for (const branch of this.branches) {
      const limit = branch.closed ? Infinity : branch.delivered + branch.maxlen
      if (limit >= this.limit) continue
      this.limit = limit
      this.#laggard = branch
    }
    return this.#laggard
  }

  /** A branch is ahead of all others. */
  lead(delivered: number): void {
    this.fastest = delivered
    if (this.readers > 0) for (const branch of this.branches) branch.note()
  }

  /** What was delivered since the fastest last told. */
  catchUp(): void {
    this.#raise()
    for (const branch of this.branches) branch.note()
  }

  /** Who is the fastest now, of those that have not left. */
  rank(): void {
    this.fastest = 0
    this.#raise()
  }

  #raise(): void {
    for (const { left, delivered } of this.branches)
      if (!left && delivered > this.fastest) this.fastest = delivered
  }

  /**
   * A branch has delivered more; those who wait for that may go on, once for whatever is delivered in one go, and only
   * when it has got what it was given: else they would be seen to lead it by one too many.
   */
  moved(branch: Branch<T>): void {
    if (branch === this.#laggard) this.#unblockSoon()
  }

  #unblockSoon(): void {
    if (this.#unblocking) return
    this.#unblocking = true
    queueMicrotask(() => {
      this.#unblocking = false
      this.#unblock()
    })
  }

  #unblock(): void {
    if (!this.blocked) return
    this.measure()
    if (this.limit === this.#blockedAt) return
    this.blocked = false
    for (const branch of this.branches) branch.wakeBlocked()
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
    this.ring.forgo(branch.position)
    if (this.#live === 0) return this.#root.close(undefined, branch.onFaults)
    if (early && this.#cancelAll && this.failure === undefined)
      this.#abort(abortError(`branch ${branch.index} left, and cancel is 'all'`))
    this.rank()
    this.#unblock()
  }

  /** Closes all branches. */
  close(): void | Promise<void> {
    for (const branch of this.branches) void branch.close()
    return this.closing()
  }

  /** Ends all branches, for whoever consumes them too. */
  async end(): Promise<void> {
    void this.#root.close()
    await Promise.all(this.branches.map((branch) => branch.end()))
    await this.closing()
  }

  closing(): void | Promise<void> {
    return this.#live === 0 || this.failure !== undefined ? this.#root.close() : undefined
  }

  /** There is an item that branches may wait for. */
  wakeOthers(): void {
    if (this.#canWait) for (const branch of this.branches) branch.wakeWaiting()
  }

  stats(): BranchStats[] {
    this.catchUp()
    return this.branches.map(({ lag, peak, done }) => ({ lag, peak, done }))
  }

  /** The source is being asked, further up the stack. */
  get isRunning(): boolean {
    return this.#source === RUNNING || this.#source === RUNNING_WITH_NEWS
  }

  #next(): Step<T> {
    return (this.#root.cursor ?? this.#root.open()).next()
  }

  /** The source is pulled again as long as it wakes the hub while it says PENDING. */
  #again(): Step<T> {
    let step: Step<T> = PENDING
    while (step === PENDING && this.#hasNews()) step = this.#next()
    return step
  }

  #hasNews(): boolean {
    if (this.#source !== RUNNING_WITH_NEWS) return false
    this.#source = RUNNING
    return true
  }

  #woken(): void {
    if (this.isRunning) {
      this.#source = RUNNING_WITH_NEWS
      return
    }
    this.#source = READY
    this.#wakeAll()
  }

  #wakeAll(): void {
    if (this.conductor === undefined) for (const branch of this.branches) branch.wake()
    else this.conductor.together(() => this.branches.forEach((branch) => branch.wake()))
  }

  /** Fails those that are owed more than the end. */
  #abort(error: Error): void {
    if (this.#ended)
      for (const branch of this.branches)
        if (!branch.closed && branch.position === this.ring.head) branch.finish()
    if (this.#live === 0) return
    this.fail(error)
    for (const branch of this.branches) branch.abort(error)
  }
}
