import { abortError } from '../errors.ts'
import { DONE, PENDING } from '../kernel/cursor.ts'
import { checkDepth } from '../kernel/nesting.ts'
import type { Origins } from '../kernel/origins.ts'
import { Place } from '../kernel/place.ts'
import type { Mode, Recipe } from '../kernel/recipe.ts'
import type { RunOptions } from '../kernel/root.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { Branch } from './branch.ts'
import type { BranchHub } from './branch-hub.ts'
import { Broadcast } from './delivery/broadcast.ts'
import type { Delivery } from './delivery/delivery.ts'
import { lagOf } from './lag.ts'
import type { Policy } from './overflow/verdict.ts'
import { SharedSource, type SourceListener } from './shared-source.ts'

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
  onBlocked(branch: Branch<T>): void
  /** Runs a call that wakes branches; the junction is woken once, when all of them have been. */
  together(wakeThem: () => void): void
}

/**
 * One source and its branches, which may join and leave while it runs. The hub wakes, aborts and closes them; the source is pulled
 * by one at a time, and the delivery holds what some branch has yet to take.
 */
export class Hub<T> implements BranchHub<T, Branch<T>>, SourceListener {
  readonly branches: Branch<T>[] = []
  readonly mode: Mode
  /** How deep a branch stands: it calls the hub, and the hub its source. */
  readonly depth: number
  /** The name of the source, where it knows it. */
  readonly label: string | undefined
  readonly delivery: Delivery<T>
  readonly #source: SharedSource<T>
  readonly #conductor: Conductor<T> | undefined
  readonly #cancelAll: boolean
  readonly #canWait: boolean
  #open = 0

  constructor(
    source: Recipe<T>,
    branches: readonly BranchSettings[],
    bytes: boolean,
    face: Face,
    options: RunOptions & { cancel?: 'all' | undefined },
    conductor?: Conductor<T>,
  ) {
    this.mode = bytes ? 'bytes' : 'objects'
    this.depth = source.depth + 2
    this.label = source.label
    checkDepth(this.depth)
    this.delivery = new Broadcast(this.branches, bytes)
    this.#conductor = conductor
    this.#canWait = face !== 'iter'
    this.#cancelAll = options.cancel === 'all'
    this.#source = new SharedSource(source, this, {
      face,
      options,
      place: conductor?.place ?? Place.root(bytes ? 'bytes' : 'anything'),
      within: conductor?.scope,
      mustAnswer: conductor?.outer.mustAnswer === true,
    })
    for (const settings of branches) this.add(settings)
  }

  /** One branch more, which is given what the branch that has taken most has not taken yet, and all that follows. */
  add({ maxlen, policy }: BranchSettings): Branch<T> {
    const branch = new Branch(this, this.branches.length, maxlen, policy)
    this.delivery.join(branch)
    this.branches.push(branch)
    this.#open++
    return branch
  }

  pull(place: Place): true | typeof PENDING | typeof DONE {
    const step = this.#source.pull(place)
    if (step === PENDING) return PENDING
    if (step === DONE) return DONE
    this.delivery.push(step)
    return true
  }

  admits(branch: Branch<T>, place: Place): boolean {
    try {
      return (this.#conductor ?? this.delivery).admits(branch)
    } catch (error) {
      this.delivery.withdraw(branch)
      this.#fail(error)
      throw this.prefixOrigin(error, place)
    }
  }

  onBlocked(branch: Branch<T>): void {
    this.#conductor?.onBlocked(branch)
  }

  /** A branch leaves; the last to leave closes the source. */
  leave(branch: Branch<T>): void | Promise<void> {
    this.#open--
    this.delivery.leave(branch)
    if (this.#open === 0) return this.#source.close(branch.onFaults)
    if (branch.detached && this.#cancelAll && this.#source.failure === undefined)
      this.onAbort(abortError(`branch ${branch.index} left, and cancel is 'all'`))
    this.delivery.recompute()
  }

  /** Closes all branches. */
  close(): void | Promise<void> {
    for (const branch of this.branches) void branch.close()
    return this.closing()
  }

  /** Ends all branches, for whoever consumes them too. */
  async end(): Promise<void> {
    void this.#source.close()
    await Promise.all(this.branches.map((branch) => branch.end()))
    await this.closing()
  }

  closing(): void | Promise<void> {
    return this.#open === 0 || this.#source.failure !== undefined ? this.#source.close() : undefined
  }

  wakeWaiting(): void {
    if (this.#canWait) for (const branch of this.branches) branch.wakeWaiting()
  }

  onNews(): void {
    if (this.#conductor === undefined) this.#wakeAll()
    else this.#conductor.together(() => this.#wakeAll())
  }

  /** Fails those that are owed more than the end. */
  onAbort(error: Error): void {
    if (this.#source.ended)
      for (const branch of this.branches) if (!branch.closed && !this.delivery.has(branch)) branch.endNow()
    if (this.#open === 0) return
    this.#fail(error)
    for (const branch of this.branches) branch.abort(error)
  }

  stats(): BranchStats[] {
    const { delivery } = this
    delivery.refreshPeaks()
    return this.branches.map((branch) => ({
      lag: lagOf(branch, delivery.lead),
      peak: branch.peak,
      done: branch.done,
    }))
  }

  /** Why all branches end, once they do not end well. */
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

  /** Branches end with this error after what waits for them; the source is closed now. */
  #fail(error: unknown): void {
    this.#source.fail(error)
    this.onNews()
  }

  #wakeAll(): void {
    for (const branch of this.branches) branch.wake()
  }
}
