import { closeAll, DONE, EMPTY, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { openLate } from '../kernel/ownership.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import { Closing } from './closing.ts'
import { isFlushable, isMany, none, stop } from './marks.ts'
import { planOf, type Plan } from './plan.ts'
import { SKIP, StepCursor } from './step-cursor.ts'
import { callback, check } from '../kernel/options.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface StageMaker<F extends FaceName> {
  /**
   * A stage of your own: `factory` creates a new step for every run, so that runs share nothing.
   *
   * A step returns an item, `none` for no item, `many([...])` or a generator for several items (taken one by one,
   * lazily), `stop` to end, or a promise of one of these (not over a sync iterable: `ArgumentError`). A `flushable` step
   * is called once more at the end. These are the marks of stream-chain: steps written for it run here. If a step makes
   * many items of one, put a `fence` before it after a fan-out (law F1).
   *
   * Order: the order in which the steps yield.
   *
   * Memory: one item.
   *
   * Emits when: a step yields an item.
   *
   * Backpressures when: downstream does, also between the several items of one step.
   *
   * Completes when: upstream does, or a step returns `stop`.
   *
   * Cancels when: a step returns `stop`, or the output is closed; upstream is closed with it.
   *
   * Errors: what the step throws, unchanged.
   *
   * See also: `map`, `filter`.
   *
   * @example
   * const numbered = stage<string, string>(() => {
   *   let line = 0
   *   return (text) => `${++line} ${text}`
   * })
   * Array.from(numbered(['a', 'b'])) // => ['1 a', '2 b']
   */
  <A, B>(factory: () => StepFunction<A>): StageOf<F, A, B>
}

export const stage: StageMaker<'iter'> = <A, B>(factory: () => StepFunction<A>): SyncStage<A, B> => {
  check(factory, 'factory', callback)
  return toStage(stepPlan(() => factory()))
}

/** A step returns an item, no item, several, the end, or a promise of one of these. */
export type StepFunction<A> = (item: A) => unknown

/** The plan of steps: `factory` creates one for every run, with the place that its errors name. */
export function stepPlan<A, B>(
  factory: (place: Place, face: Face) => StepFunction<A>,
  callbackName = 'step',
): Plan<A, B> {
  return planOf((open, scope, place) => {
    const step = factory(place, scope.face)
    check(step, 'what factory returns', callback)
    return new FunctionCursor<A, B>(open(), scope, callbackName, place, step)
  })
}

/** Runs a step. Several items for one are opened as a source, so that they are taken lazily. */
class FunctionCursor<A, B> extends StepCursor<A, B> {
  readonly #scope: Scope
  readonly #place: Place
  readonly #step: StepFunction<A>
  readonly #closing: Closing
  #several: Cursor<B> | undefined
  #hasLastWord: boolean
  #drained = false

  constructor(upstream: Cursor<A>, scope: Scope, callbackName: string, place: Place, step: StepFunction<A>) {
    super(upstream, scope, callbackName)
    this.#scope = scope
    this.#place = place
    this.#step = step
    this.#closing = new Closing(upstream, scope)
    this.#hasLastWord = isFlushable(step)
  }

  override close(): void | Promise<void> {
    return closeAll([this.#several ?? EMPTY, { close: () => this.#closing.begin() }])
  }

  protected override advance(): Step<B> | typeof SKIP {
    if (this.#several !== undefined) {
      const step = this.#several.next()
      if (step !== DONE) return step
      this.#several = undefined
    }
    if (this.#closing.begun) return this.#closing.step()
    if (this.#drained && !this.waits) return this.#lastWord()
    const step = super.advance()
    if (step !== DONE) return step
    this.#drained = true
    return SKIP
  }

  protected override run(item: A): unknown {
    return this.#step(item)
  }

  protected override settle(result: unknown): B | typeof SKIP {
    if (result === none) return SKIP
    if (result === stop) {
      void this.#closing.begin()
      return SKIP
    }
    const several = isMany(result) ? result.values : isGenerator(result) ? result : undefined
    if (several === undefined) return result as B
    const argument = 'what the step returns'
    const recipe = toRecipe<B>(several, argument, this.#scope.face)
    // A null among them may be dropped or mapped further down: in a Node stream it is met where it would come out.
    this.#several = openLate(
      recipe,
      argument,
      this.#scope.face === 'streams' ? this.#scope.inFace('async') : this.#scope,
      this.#place.belowStage(),
    )
    return SKIP
  }

  #lastWord(): Step<B> | typeof SKIP {
    if (!this.#hasLastWord) return DONE
    this.#hasLastWord = false
    return this.read(this.#step(none as A), none as A)
  }
}

const GENERATORS = new Set(['[object Generator]', '[object AsyncGenerator]'])

/** Whether it is a generator object; whatever else has a `next` may be an item. */
function isGenerator(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { next?: unknown }).next === 'function' &&
    GENERATORS.has(Object.prototype.toString.call(value))
  )
}
