import { closeAll, DONE, EMPTY, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { ItemOrigin, Place } from '../kernel/place.ts'
import { traced, withInputOrigin } from '../kernel/item-origin.ts'
import { openWithin } from '../kernel/open-within.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import { Closing } from '../kernel/closing.ts'
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
   * A step is called with an item and its index. It returns an item, `none` for no item, `many([...])` or a generator
   * for several items (taken one by one, lazily), `stop` to end, or a promise of one of these (not over a sync
   * iterable: `ArgumentError`). A `flushable` step is called once more at the end. These are the marks of
   * stream-chain: steps written for it run here. If a step turns one item into many, put a `fence` in front of it
   * after a fan-out (law F1).
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

/** Returns an item, `none`, `many(…)` or a generator, `stop`, or a promise of one of these. `index` counts the items from 0. */
export type StepFunction<A> = (item: A, index: number) => unknown

interface StepSettings {
  /** Errors about an output name the latest item; for steps that make each output from that item alone. */
  readonly tracesLatest?: boolean
}

/** The plan of a stage that runs a step. `factory` creates one for each run; the step's errors name `place` as their origin. */
export function stepPlan<A, B>(
  factory: (place: Place, face: Face) => StepFunction<A>,
  callbackName = 'step',
  { tracesLatest = false }: StepSettings = {},
): Plan<A, B> {
  return planOf((open, scope, place) => {
    const step = factory(place, scope.face)
    check(step, 'what factory returns', callback)
    const cursor = new FunctionCursor<A, B>(open(), scope, callbackName, place, step)
    return tracesLatest ? traced(cursor, place) : cursor
  })
}

/** Runs a step. If it returns several items, they are opened as a source, so that they are pulled lazily. */
class FunctionCursor<A, B> extends StepCursor<A, B> {
  readonly #scope: Scope
  readonly #callbackName: string
  readonly #place: Place
  readonly #step: StepFunction<A>
  readonly #closing: Closing
  /** The items of a `many` or a generator that the step has returned. */
  #outputs: Cursor<B> | undefined
  #mustFlush: boolean
  #upstreamEnded = false
  /** How many items have come from upstream. */
  #count = 0
  /** How many items were output. */
  #given = 0
  /** The index of the item that the latest output is of. */
  #latest = -1
  /** Where the latest `#outputs` come from: their place, the item that the step returned them for, and the first output of them. */
  #outputsOrigin: { readonly place: Place; readonly item: number; readonly firstOutput: number } | undefined

  constructor(upstream: Cursor<A>, scope: Scope, callbackName: string, place: Place, step: StepFunction<A>) {
    super(upstream, scope, place, callbackName)
    this.#scope = scope
    this.#callbackName = callbackName
    this.#place = place
    this.#step = step
    this.#closing = new Closing(upstream, scope)
    this.#mustFlush = isFlushable(step)
  }

  override close(): void | Promise<void> {
    return closeAll([this.#outputs ?? EMPTY, { close: () => this.#closing.begin() }])
  }

  protected override advance(): Step<B> | typeof SKIP {
    if (this.#outputs !== undefined) {
      const step = this.#nextOutput(this.#outputs)
      if (isItem(step)) return this.#output(step)
      if (step === PENDING) return PENDING
      this.#outputs = undefined
    }
    if (this.#closing.begun) return this.#closing.step()
    if (this.#upstreamEnded && !this.isWaiting) return this.#flush()
    const step = super.advance()
    if (typeof step !== 'symbol' || step !== DONE) return step
    this.#upstreamEnded = true
    return SKIP
  }

  /** An output from a source that the step has returned is an item of that source, if the source names its items. */
  originOf(index: number): ItemOrigin | undefined {
    if (index !== this.#given - 1) return undefined
    const item = this.inputOrigin(this.#latest)
    const source = this.#outputsOrigin
    if (source?.item !== this.#latest) return item
    const output = source.place.originOf(index - source.firstOutput)
    return output.place.hasNames ? output : item
  }

  /** An error that is thrown at the end is not about an item. */
  protected override withOrigin(error: unknown): unknown {
    return this.#upstreamEnded ? error : super.withOrigin(error)
  }

  protected override run(item: A): unknown {
    return this.#step(item, this.#count++)
  }

  protected override get inputIndex(): number {
    return this.#count - 1
  }

  protected override settle(result: unknown): B | typeof SKIP {
    if (typeof result === 'symbol') {
      if (result === stop) void this.#closing.begin()
      return result === none || result === stop ? SKIP : this.#output(result as B)
    }
    const outputs: unknown = isMany(result) ? result.values : result
    if (outputs === result && !isGenerator(result)) return this.#output(result as B)
    const argument = `what ${this.#callbackName} returns`
    const recipe = toRecipe<B>(outputs, argument, this.#scope.face)
    // A later stage may drop or map a null, so in the streams face null is not checked here, but only where a stream outputs it.
    const place = this.#place.ofOutputs(recipe.label)
    this.#outputsOrigin = { place, item: this.inputIndex, firstOutput: this.#given }
    this.#outputs = openWithin(
      recipe,
      argument,
      this.#scope.face === 'streams' ? this.#scope.inFace('async') : this.#scope,
      place,
    )
    return SKIP
  }

  #nextOutput(outputs: Cursor<B>): Step<B> {
    try {
      return outputs.next()
    } catch (error) {
      throw this.#upstreamEnded ? error : withInputOrigin(error, this.#place, this.inputIndex)
    }
  }

  #output(item: B): B {
    this.#given++
    this.#latest = this.inputIndex
    return item
  }

  #flush(): Step<B> | typeof SKIP {
    if (!this.#mustFlush) return DONE
    this.#mustFlush = false
    return this.settleOrAwait(this.#step(none as A, this.#count), none as A)
  }
}

const GENERATORS = new Set(['[object Generator]', '[object AsyncGenerator]'])

/** Whether the value is a generator. Any other object with a `next` method may be an item. */
function isGenerator(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { next?: unknown }).next === 'function' &&
    GENERATORS.has(Object.prototype.toString.call(value))
  )
}
