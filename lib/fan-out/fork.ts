import { Breath } from '../cursor/breath.ts'
import { closeAll, DONE, PENDING, type Cursor, type Step } from '../cursor/cursor.ts'
import { readOptions, count } from '../cursor/options.ts'
import type { Place } from '../cursor/place.ts'
import { unlessRefused, type Recipe } from '../cursor/recipe.ts'
import type { Scope } from '../cursor/scope.ts'
import { ArgumentError, CardinalityError, OverflowError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { isSourced, toPlan, toStage } from '../stages/stage.ts'
import type { AnyStage, FaceName, Part, StageOf } from '../stages/stage-types.ts'
import type { Branch } from './branch.ts'
import { Hub } from './hub.ts'
import type { Policy } from './overflow.ts'

export interface ForkOptions {
  /** How many outputs of one stage may queue for another's; 1024 by default. */
  maxlen?: number | undefined
}

/** What the stages of a fork give, as one tuple; Node's types do not tell what a Duplex gives. */
export type Outputs<S extends readonly unknown[]> = {
  -readonly [I in keyof S]: S[I] extends Part<never, infer B> ? Known<B> : unknown
}
type Known<B> = 0 extends 1 & B ? unknown : B

/** What all stages of a fork take. */
export type InputOf<S extends readonly unknown[]> = [StageInput<S[number]>] extends [never]
  ? unknown
  : StageInput<S[number]>
type StageInput<P> = P extends AnyStage<infer A, unknown> ? A : never

/** `Other` is what a face takes for a stage besides stages and functions. */
export interface ForkMaker<F extends FaceName, Other = never> {
  /**
   * A stage that gives every item to every one of the stages, and their outputs as tuples, strictly 1:1.
   *
   * Order: as the input has it. Memory: T1, the stages' inputs differ by at most one where all are 1:1; a stage with a
   * warm-up, or one that drops, makes its partners lag, by at most `maxlen`. Opens the input at the first demand. Emits when
   * every stage has given its next output; backpressures when downstream does; completes when all stages do; cancels all of
   * them and the input when it is closed. Errors: `CardinalityError` (`ERR_FANPIPE_CARDINALITY`) when one stage gives fewer
   * outputs than another, `OverflowError` (`ERR_FANPIPE_OVERFLOW`) past `maxlen`, a stage's own, unchanged. Laws: E1, FR,
   * T1, L1, C1, X1.
   *
   * @example
   * const both = fork([map((n: number) => n + 1), map((n: number) => n * 10)])
   * Array.from(both([1, 2])) // => [[2, 10], [3, 20]]
   */
  <const S extends readonly (Part<never, unknown> | Other)[]>(
    stages: S,
    options?: ForkOptions,
  ): StageOf<F, InputOf<S>, Outputs<S>>
}

export const fork: ForkMaker<'iter'> = (stages, options) => toStage(forkPlan(stages, options)) as never

export function forkPlan<T>(
  stages: readonly unknown[],
  options: ForkOptions | undefined,
  planFor: (part: unknown, argument: string, taken: Recipe<unknown>[]) => Plan<unknown, unknown> = toPlan,
): Plan<T, unknown[]> {
  const { maxlen = 1024 } = readOptions(options, { maxlen: count })
  if (!Array.isArray(stages) || stages.length === 0)
    throw new ArgumentError('stages', 'an array of one stage or more')
  const taken: Recipe<unknown>[] = []
  const plans = unlessRefused(taken, () => stages.map((part, i) => planFor(part, `stages[${i}]`, taken)))
  return (upstream) => ({
    mode: 'objects',
    depth: Math.max(...plans.map((plan) => plan(upstream).depth)) + 1,
    label: upstream.label,
    parts: [upstream],
    open: (scope, place) => new ForkCursor(upstream, plans, maxlen, scope, place),
  })
}

/** What a stage failed with, in the place of an output; DONE stands for its end. */
class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

interface Lane<T> {
  readonly branch: Branch<T>
  readonly output: Cursor<unknown>
  /** Answers that wait for those of the other stages; an end or an error is the last. */
  readonly queue: unknown[]
  over: boolean
}

/**
 * Input by input: no stage takes one before all have taken the last, so that it is the outputs that queue, and how many
 * do depends on nothing but the stages. A sync function of iterables alone cannot be held up; it may run ahead by
 * `maxlen` inputs.
 */
class ForkCursor<T> implements Cursor<unknown[]> {
  readonly #hub: Hub<T>
  readonly #lanes: Lane<T>[] = []
  readonly #maxlen: number
  readonly #breath: Breath
  #index = 0

  constructor(
    upstream: Recipe<T>,
    stages: readonly Plan<T, unknown>[],
    maxlen: number,
    scope: Scope,
    place: Place,
  ) {
    this.#maxlen = maxlen
    this.#breath = new Breath(scope)
    const policy: Policy = (puller, laggard) => {
      if (puller.scope === scope) return 'wait'
      const lag = puller.taken - laggard.taken
      if (lag >= maxlen) throw new OverflowError(laggard.index, lag, maxlen)
      return 'go on'
    }
    const settings = stages.map(() => ({ maxlen: 1, policy }))
    const below = place.belowStage()
    this.#hub = new Hub(upstream, settings, false, scope.face, {}, { scope, place: below })
    try {
      for (const branch of this.#hub.branches) {
        const plan = stages[branch.index] as Plan<T, unknown>
        const output = plan(branch).open(scope, below.below())
        this.#lanes.push({ branch, output, queue: [], over: false })
        if (isSourced(plan)) void branch.close()
      }
    } catch (error) {
      void this.close()
      throw error
    }
  }

  next(): Step<unknown[]> {
    const lanes = this.#lanes
    if (this.#breath.isHeld) return PENDING
    if (this.#goesAtOnce()) {
      const tuple = this.#outputs()
      if (tuple !== undefined) return tuple
    }
    for (;;) {
      const taken = this.#taken()
      let moved = false
      for (const lane of lanes) if (lane.queue.length === 0 && this.#ask(lane)) moved = true
      if (lanes.every(({ queue }) => queue.length > 0)) return this.#tuple()
      if (this.#breath.isOut()) return PENDING
      if (moved || this.#taken() > taken) continue
      const behind = this.#behind()
      if (behind.length === 0) return this.#stuck()
      for (const lane of behind) if (this.#ask(lane)) moved = true
      if (!moved && this.#taken() === taken) return PENDING
    }
  }

  close(): void | Promise<void> {
    return closeAll([...this.#lanes.map(({ output }) => output), this.#hub])
  }

  /** Whether no stage waits for another. */
  #goesAtOnce(): boolean {
    for (const { queue } of this.#lanes) if (queue.length > 0) return false
    return true
  }

  /** An output of each stage, where each has one right now; else the answers there are wait for the others. */
  #outputs(): unknown[] | undefined {
    const tuple: unknown[] = []
    for (const lane of this.#lanes) {
      const answer = this.#answer(lane)
      if (answer === PENDING) break
      tuple.push(answer)
      if (lane.over) break
    }
    if (tuple.length === this.#lanes.length && this.#lanes.at(-1)?.over === false) return this.#give(tuple)
    for (const [i, answer] of tuple.entries()) this.#lanes[i]?.queue.push(answer)
    return undefined
  }

  /** Inputs taken by all stages together. */
  #taken(): number {
    let sum = 0
    for (const { branch } of this.#lanes) sum += branch.position
    return sum
  }

  /** Those with outputs to spare whose next input the others wait for. */
  #behind(): Lane<T>[] {
    if (!this.#lanes.some(({ branch }) => branch.blocked)) return []
    const live = this.#lanes.filter(({ branch }) => !branch.closed)
    const last = Math.min(...live.map(({ branch }) => branch.position))
    return live.filter(({ branch, over }) => !over && branch.position === last)
  }

  /**
   * Where all wait for a stage that has failed, its error is due; while somebody still waits for the source it is not,
   * because what comes next decides, and not who is quicker.
   */
  #stuck(): typeof PENDING {
    const failed = this.#lanes.map(({ queue }) => queue.at(-1)).find(isFailure)
    if (
      failed !== undefined &&
      this.#lanes.every(({ branch, queue }) => queue.length > 0 || branch.blocked)
    ) {
      throw failed.error
    }
    return PENDING
  }

  /** Whether the stage had an answer. */
  #ask(lane: Lane<T>): boolean {
    const { queue } = lane
    const answer = this.#answer(lane)
    if (answer === PENDING) return false
    queue.push(answer)
    if (!lane.over && queue.length > this.#maxlen) {
      const laggard = this.#lanes.findIndex((other) => other.queue.length === 0)
      throw new OverflowError(laggard, queue.length, this.#maxlen)
    }
    return true
  }

  /** An output, DONE or a failure, after either of which the lane is over. */
  #answer(lane: Lane<T>): unknown {
    try {
      const step = lane.output.next()
      if (step === DONE) this.#end(lane)
      return step
    } catch (error) {
      lane.over = true
      return new Failure(error)
    }
  }

  /** A stage that ended without reading its input holds up nobody. */
  #end(lane: Lane<T>): void {
    lane.over = true
    void lane.branch.close()
  }

  #tuple(): unknown[] | typeof DONE {
    const answers = this.#lanes.map(({ queue }) => queue[0])
    const failed = answers.find(isFailure)
    if (failed !== undefined) throw failed.error
    const shorter = answers.indexOf(DONE)
    if (shorter >= 0) {
      const longer = answers.findIndex((answer) => answer !== DONE)
      if (longer >= 0) throw new CardinalityError(this.#index, shorter, longer)
      return DONE
    }
    for (const { queue } of this.#lanes) queue.shift()
    return this.#give(answers)
  }

  #give(tuple: unknown[]): unknown[] {
    this.#index++
    this.#breath.renew()
    return tuple
  }
}

const isFailure = (answer: unknown): answer is Failure => answer instanceof Failure
