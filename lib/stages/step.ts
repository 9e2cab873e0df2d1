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
   * A stage of your own: `factory` makes a fresh step for every run, so that two runs share nothing.
   *
   * A step answers with an item, with `none` for no item, with `many([...])` or a generator for several (taken one by one,
   * lazily), with `stop` to end, or with a promise of one of these (not over a sync iterable: `ArgumentError`). A
   * `flushable` step is asked once more at the end. These are stream-chain's words: steps written for it run here.
   *
   * Order: as it comes. Memory: one item. Emits when a step gives an item; backpressures when downstream does, inside an
   * amplifying item too; completes when upstream does or on `stop`; cancels upstream when it is closed or stopped. Errors:
   * what the step throws, unchanged. Laws: FR, L1, C1. F1: put a `fence` before a step that amplifies after a fan-out.
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

/** What a step may answer: an item, none, several, the end, or a promise of one of these. */
export type StepFunction<A> = (item: A) => unknown

/** Steps made afresh for every run, at a place that their errors name. */
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

/** Runs a step; several items for one are opened as a source of their own, so that they are lazy too. */
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

/** A generator object, and nothing that merely has a `next`: an item may be an iterator. */
function isGenerator(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { next?: unknown }).next === 'function' &&
    GENERATORS.has(Object.prototype.toString.call(value))
  )
}
