import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Scope } from '../kernel/scope.ts'
import { CardinalityError, OverflowError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { isSourced } from '../stages/stage.ts'
import type { Branch } from './branch.ts'
import type { Conductor } from './conductor.ts'
import { broadcast } from './delivery/broadcast.ts'
import { checkQueues, Failure, firstFailure, isAnyAsked, Lane } from './fork-lane.ts'
import { Hub } from './hub.ts'
import { block } from './overflow/block.ts'

/**
 * Runs the stages in rounds, so that the result (including an overflow) depends only on the stages and the items, never on which
 * promise settles first. In each round, some stages are asked for an output, and each may take at most one item. The round is
 * over when each of them has either produced an output or wants another item. The next round is chosen from that state:
 *
 * - Normally, the stages without a queued output are asked. Of these, the ones that have taken the fewest items of all stages
 *   may take one more.
 * - If all of these are blocked because they are already ahead, the stages that are behind are asked instead, and their outputs
 *   are queued.
 *
 * A synchronous function over iterables cannot be suspended while it runs, so it may get up to `maxlen` items ahead.
 */
export class ForkCursor<T> implements Cursor<unknown[]>, Conductor<Branch<T>> {
  readonly outer: Scope
  readonly scope: Scope
  readonly place: Place
  readonly #hub: Hub<T>
  readonly #lanes: Lane<T>[] = []
  /** For each stage, how many items in total it may have taken by the end of this round. */
  readonly #allowed: number[]
  readonly #maxlen: number
  readonly #budget: WorkBudget
  #index = 0
  /** All stages are in step: no output is queued, and none has ended or failed. */
  #inStep = true
  #isPulling = false
  #woken = false

  constructor(
    upstream: Recipe<T>,
    stages: readonly Plan<T, unknown>[],
    maxlen: number,
    scope: Scope,
    place: Place,
  ) {
    this.outer = scope
    this.scope = new Scope(scope.face, { wake: () => this.#wake(), fail: scope.fail }, scope.cleanup)
    this.place = place.belowStage()
    this.#maxlen = maxlen
    this.#budget = new WorkBudget(scope)
    this.#allowed = stages.map(() => 0)
    const branches = stages.map(() => ({ maxlen: Infinity, policy: block }))
    const delivery = { deliveryOf: broadcast<T>(false), bytes: false }
    this.#hub = new Hub({ source: upstream, branches, ...delivery, face: scope.face, conductor: this })
    try {
      for (const branch of this.#hub.branches) {
        const plan = stages[branch.index] as Plan<T, unknown>
        const output = plan(branch).open(this.scope, this.place.below())
        this.#lanes.push(new Lane(branch, output))
        if (isSourced(plan)) void branch.close()
      }
    } catch (error) {
      void this.close()
      throw error
    }
  }

  next(): Step<unknown[]> {
    if (this.#budget.yielding) return PENDING
    this.#isPulling = true
    try {
      return this.#inStep ? this.#askAll() : this.#advance()
    } finally {
      this.#isPulling = false
    }
  }

  close(): void | Promise<void> {
    return closeAll([...this.#lanes.map(({ output }) => output), this.#hub])
  }

  admits(branch: Branch<T>): boolean {
    const { taken, index } = branch
    if (taken < (this.#allowed[index] as number)) return true
    if (branch.scope?.mustAnswer !== true) return false
    const lowest = this.#lowest()
    if (taken - lowest < this.#maxlen) return true
    const laggard = this.#hub.branches.findIndex((b) => b.taken === lowest && this.#holdsUp(b))
    throw new OverflowError(laggard, taken - lowest, this.#maxlen, 'stage')
  }

  /** While we poll a stage, we see that it is blocked. One that runs on its own may block at any time, so check again. */
  onBlocked(branch: Branch<T>): void {
    if (branch.scope !== this.scope) this.#wake()
  }

  batchWakes(wakeBranches: () => void): void {
    if (this.#isPulling) {
      wakeBranches()
      return
    }
    this.#isPulling = true
    this.#woken = false
    wakeBranches()
    this.#isPulling = false
    if (this.#hasNews()) this.outer.wake()
  }

  #wake(): void {
    if (this.#isPulling) this.#woken = true
    else this.outer.wake()
  }

  /** The fast path: asks every stage, and if each has an output at once, no queue is needed. */
  #askAll(): Step<unknown[]> {
    this.#woken = false
    const lowest = this.#lowest()
    const tuple: unknown[] = []
    let inStep = true
    for (const lane of this.#lanes) {
      this.#allow(lane.branch, lowest)
      const answer = lane.poll()
      if (answer === PENDING || lane.outcome !== undefined) inStep = false
      if (inStep) tuple.push(answer)
      else lane.settle(answer)
    }
    if (inStep) return this.#give(tuple)
    this.#inStep = false
    for (const [i, answer] of tuple.entries()) this.#lanes[i]?.queue.push(answer)
    return this.#mustWait() ? PENDING : this.#advance()
  }

  #advance(): Step<unknown[]> {
    for (;;) {
      do {
        this.#woken = false
        for (const lane of this.#lanes) if (lane.isAsked) lane.settle(lane.poll())
        if (this.#mustWait()) return PENDING
      } while (isAnyAsked(this.#lanes))
      checkQueues(this.#lanes, this.#maxlen)
      if (!this.#beginRound()) return this.#tuple()
      if (this.#budget.spend()) return PENDING
    }
  }

  #mustWait(): boolean {
    return isAnyAsked(this.#lanes) && !this.#hasNews()
  }

  /** A method, because TypeScript assumes that `#woken` cannot change between two lines; polling a stage may wake us. */
  #hasNews(): boolean {
    return this.#woken
  }

  /** Chooses the stages to ask; false if every stage has a queued output, has ended or has failed. */
  #beginRound(): boolean {
    const waiting = this.#lanes.filter(({ queue, outcome }) => queue.length === 0 && outcome === undefined)
    if (waiting.length === 0) return false
    const lowest = this.#lowest()
    const ready = waiting.filter(({ branch }) => !branch.blocked || branch.taken === lowest)
    const next =
      ready.length > 0
        ? ready
        : this.#lanes.filter(({ branch, outcome }) => outcome === undefined && branch.taken === lowest)
    for (const lane of next) {
      lane.isAsked = true
      this.#allow(lane.branch, lowest)
    }
    // All the stages that hold up the others have failed.
    if (next.length === 0) throw (firstFailure(this.#lanes) as Failure).error
    return true
  }

  #allow(branch: Branch<T>, lowest: number): void {
    if (branch.taken !== lowest) return
    this.#allowed[branch.index] = lowest + 1
    branch.wakeBlocked()
  }

  /** The lowest number of items taken, among the stages that hold up others. */
  #lowest(): number {
    let lowest = Infinity
    for (const branch of this.#hub.branches)
      if (branch.taken < lowest && this.#holdsUp(branch)) lowest = branch.taken
    return lowest
  }

  /** A closed branch holds up nobody, except after a failure: its error must come out as soon as the others wait for it. */
  #holdsUp({ closed, index }: Branch<T>): boolean {
    return !closed || this.#lanes[index]?.outcome instanceof Failure
  }

  #tuple(): unknown[] | typeof DONE {
    const over = this.#lanes.filter(({ queue }) => queue.length === 0)
    if (over.length === 0) {
      const tuple = this.#lanes.map(({ queue }) => queue.shift())
      this.#inStep = this.#lanes.every((lane) => lane.queue.length === 0 && lane.outcome === undefined)
      return this.#give(tuple)
    }
    const failure = firstFailure(over)
    if (failure !== undefined) throw failure.error
    const longer = this.#lanes.findIndex(({ queue }) => queue.length > 0)
    if (longer < 0) return DONE
    throw new CardinalityError(this.#index, (over[0] as Lane<T>).branch.index, longer)
  }

  #give(tuple: unknown[]): unknown[] {
    this.#index++
    this.#budget.reset()
    return tuple
  }
}
