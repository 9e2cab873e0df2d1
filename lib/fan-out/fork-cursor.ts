import { WorkBudget } from '../kernel/work-budget.ts'
import { closeAll, DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { Scope } from '../kernel/scope.ts'
import { CardinalityError, OverflowError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { isSourced } from '../stages/stage.ts'
import type { Branch } from './branch.ts'
import { Failure, firstFailure, isAnyAsked, Lane } from './fork-lane.ts'
import { Hub, type Conductor } from './hub.ts'
import { block } from './overflow/block.ts'

/**
 * Runs the stages in rounds, so that what comes out, an overflow too, depends on the stages and the items alone and not on
 * which promise settles first. In a round some of the stages are asked for an output, and each may take one item at most;
 * it is over when each of them has answered or wants another item. Who is asked next follows from where they all are then:
 *
 * - Those that have no output queued; and those of them that have taken the fewest items of all stages may take one.
 * - Where all of these are an item ahead already, the stages behind are asked instead, and their outputs queue.
 *
 * A sync function of iterables cannot be held up while it runs; it may take `maxlen` items more than the others.
 */
export class ForkCursor<T> implements Cursor<unknown[]>, Conductor<T> {
  readonly outer: Scope
  readonly scope: Scope
  readonly place: Place
  readonly #hub: Hub<T>
  readonly #lanes: Lane<T>[] = []
  /** How many items each stage may have taken by the end of this round. */
  readonly #allowed: number[]
  readonly #maxlen: number
  readonly #budget: WorkBudget
  #index = 0
  /** No output is queued, and no stage is over. */
  #isEven = true
  #isAsked = false
  #isWoken = false

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
    const settings = stages.map(() => ({ maxlen: Infinity, policy: block }))
    this.#hub = new Hub(upstream, settings, false, scope.face, {}, this)
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
    this.#isAsked = true
    try {
      return this.#isEven ? this.#askAll() : this.#advance()
    } finally {
      this.#isAsked = false
    }
  }

  close(): void | Promise<void> {
    return closeAll([...this.#lanes.map(({ output }) => output), this.#hub])
  }

  admits(branch: Branch<T>): boolean {
    const { position, index } = branch
    if (position < (this.#allowed[index] as number)) return true
    if (branch.scope?.mustAnswer !== true) return false
    const lowest = this.#lowest()
    if (position - lowest < this.#maxlen) return true
    const laggard = this.#hub.branches.findIndex((other) => other.position === lowest && this.#holdsUp(other))
    throw new OverflowError(laggard, position - lowest, this.#maxlen, 'stage')
  }

  /** A stage that is asked tells by this that it cannot answer; one that runs by itself does so at any time. */
  onBlocked(branch: Branch<T>): void {
    if (branch.scope !== this.scope) this.#wake()
  }

  together(wakeThem: () => void): void {
    if (this.#isAsked) {
      wakeThem()
      return
    }
    this.#isAsked = true
    this.#isWoken = false
    wakeThem()
    this.#isAsked = false
    if (this.#hasNews()) this.outer.wake()
  }

  #wake(): void {
    if (this.#isAsked) this.#isWoken = true
    else this.outer.wake()
  }

  /** A round of all stages; where each has an output right now, none goes through a queue. */
  #askAll(): Step<unknown[]> {
    this.#isWoken = false
    const lowest = this.#lowest()
    const tuple: unknown[] = []
    let isEven = true
    for (const lane of this.#lanes) {
      this.#allow(lane.branch, lowest)
      const answer = lane.answer()
      if (answer === PENDING || lane.outcome !== undefined) isEven = false
      if (isEven) tuple.push(answer)
      else lane.settle(answer)
    }
    if (isEven) return this.#give(tuple)
    this.#isEven = false
    for (const [i, answer] of tuple.entries()) this.#lanes[i]?.queue.push(answer)
    return this.#mustWait() ? PENDING : this.#advance()
  }

  #advance(): Step<unknown[]> {
    for (;;) {
      do {
        this.#isWoken = false
        for (const lane of this.#lanes) if (lane.isAsked) lane.settle(lane.answer())
        if (this.#mustWait()) return PENDING
      } while (isAnyAsked(this.#lanes))
      this.#checkQueues()
      if (!this.#beginRound()) return this.#tuple()
      if (this.#budget.spend()) return PENDING
    }
  }

  /** A stage is asked that has no news. */
  #mustWait(): boolean {
    return isAnyAsked(this.#lanes) && !this.#hasNews()
  }

  #hasNews(): boolean {
    return this.#isWoken
  }

  #checkQueues(): void {
    for (const { queue } of this.#lanes) {
      if (queue.length <= this.#maxlen) continue
      const laggard = this.#lanes.findIndex((lane) => lane.queue.length === 0)
      throw new OverflowError(laggard, queue.length, this.#maxlen, 'stage')
    }
  }

  /** Whether there is a stage to ask; if not, each has an output, an end or an error. */
  #beginRound(): boolean {
    const waiting = this.#lanes.filter(({ queue, outcome }) => queue.length === 0 && outcome === undefined)
    if (waiting.length === 0) return false
    const lowest = this.#lowest()
    const ready = waiting.filter(({ branch }) => !branch.blocked || branch.position === lowest)
    const next =
      ready.length > 0
        ? ready
        : this.#lanes.filter(({ branch, outcome }) => outcome === undefined && branch.position === lowest)
    for (const lane of next) {
      lane.isAsked = true
      this.#allow(lane.branch, lowest)
    }
    // Those that hold up the others have failed.
    if (next.length === 0) throw (firstFailure(this.#lanes) as Failure).error
    return true
  }

  #allow(branch: Branch<T>, lowest: number): void {
    if (branch.position !== lowest) return
    this.#allowed[branch.index] = lowest + 1
    branch.wakeBlocked()
  }

  /** The fewest items taken by a stage that holds up others. */
  #lowest(): number {
    let lowest = Infinity
    for (const branch of this.#hub.branches)
      if (branch.position < lowest && this.#holdsUp(branch)) lowest = branch.position
    return lowest
  }

  /** One that wants no more items holds up nobody; but one that has failed does, since its error is due when others wait for it. */
  #holdsUp({ closed, index }: Branch<T>): boolean {
    return !closed || this.#lanes[index]?.outcome instanceof Failure
  }

  #tuple(): unknown[] | typeof DONE {
    const over = this.#lanes.filter(({ queue }) => queue.length === 0)
    if (over.length === 0) {
      const tuple = this.#lanes.map(({ queue }) => queue.shift())
      this.#isEven = this.#lanes.every((lane) => lane.queue.length === 0 && lane.outcome === undefined)
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
