import { closeAll, isItem, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { IterableRecipe } from '../from/iterable.ts'
import { readOptions } from '../kernel/options.ts'
import { openWithin } from '../kernel/open-within.ts'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import { RootAsyncIterator, toAsyncIterable } from '../to/async-iterable.ts'
import { ExclusiveIterator, toIterable } from '../to/iterable.ts'
import { ArgumentError, show } from '../errors.ts'
import { Closing } from '../kernel/closing.ts'
import { applyPlan, type Plan } from './plan.ts'
import { PLAN, type AnyStage, type SyncStage } from './stage-types.ts'
import { isObject } from '../kernel/guards.ts'

/** Creates the output of a stage that was called: an iterable, an async iterable or a stream, depending on the face. */
export type RunStage = <B>(
  recipeIn: (face: Face) => Recipe<B>,
  options: RunOptions,
  source: unknown,
) => unknown

const runSync: RunStage = (recipeIn, options) => toIterable(recipeIn('iter'), options)
export const runAsync: RunStage = (recipeIn, options) => toAsyncIterable(recipeIn('async'), options)

/** Makes a plan callable, by default in the iter face. */
export function toStage<A, B>(plan: Plan<A, B>, run = runSync): SyncStage<A, B> {
  const stage = (...args: unknown[]): unknown => {
    const withoutSource = args.length === 0 || (args.length === 1 && isOptions(args[0]))
    const [source, options] = withoutSource ? [undefined, args[0]] : args
    if (withoutSource && !SOURCED.has(plan)) {
      throw new ArgumentError(
        'source',
        'given: only a stage that begins with fromSource can be called without one',
      )
    }
    const settings = readOptions(options as RunOptions | undefined, runRules)
    const recipeIn = (face: Face): Recipe<B> => {
      const upstream: Recipe<A> = withoutSource ? NO_SOURCE : toRecipe<A>(source, 'source', face)
      return applyPlan(plan, upstream, 'inputs')
    }
    return run(recipeIn, settings, source)
  }
  return Object.assign(stage, { [PLAN]: plan }) as unknown as SyncStage<A, B>
}

/** Adapts a stage maker of the iter face, such as `map`, to another face. */
export function inFace(make: (...args: never[]) => AnyStage<never, unknown>, run: RunStage) {
  return (...args: unknown[]): never => toStage(make(...(args as never[]))[PLAN], run) as never
}

/** The plans that begin with their own source, and never read their upstream. */
const SOURCED = new WeakSet<Plan<never, unknown>>()

export const NO_SOURCE: Recipe<never> = new IterableRecipe([], 'source')

/** Marks a plan as one that begins with its own source. */
export function sourced<A, B>(plan: Plan<A, B>): Plan<A, B> {
  SOURCED.add(plan)
  return plan
}

export const isSourced = (plan: Plan<never, unknown>): boolean => SOURCED.has(plan)

export const isStage = (value: unknown): value is AnyStage<never, unknown> =>
  typeof value === 'function' && PLAN in value

/** The plan of a stage, or of any function from iterable to iterable (async iterable in the async face). */
export function toPlan(part: unknown, argument: string): Plan<unknown, unknown> {
  if (isStage(part)) return part[PLAN] as Plan<unknown, unknown>
  if (typeof part !== 'function' || RECIPE in part) throw new ArgumentError(argument, 'a stage', show(part))
  return functionPlan(part as (source: unknown) => unknown, argument)
}

/** The plan of a function from iterable to iterable. Errors from closing the iterator passed to it go to the same scope. */
function functionPlan(fn: (source: unknown) => unknown, argument: string): Plan<unknown, unknown> {
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 3,
    label: upstream.label,
    parts: [upstream],
    open(scope, place) {
      const { face } = scope
      const below = place.belowStage()
      const iterator =
        face === 'iter'
          ? new ExclusiveIterator(upstream, {}, below.rebased(), scope)
          : new RootAsyncIterator(upstream, {}, face, below.rebased(), scope)
      const upstreamClosing = new Closing(
        { close: () => scope.closing(below, () => iterator.return()) },
        scope,
      )
      try {
        const result = `what ${argument} returns`
        const recipe = toRecipe(fn(iterator), result, face)
        // Opening a nested recipe takes more stack than pulling from it, so it counts as one level more.
        const cursor = openWithin(recipe, result, scope, recipe.depth > 1 ? below.below() : below)
        return new FunctionPartCursor(cursor, upstreamClosing)
      } catch (error) {
        void upstreamClosing.begin()
        throw error
      }
    },
  })
}

/** Reads what the function returned; the upstream is closed with it, since the function may not have read it to the end. */
class FunctionPartCursor implements Cursor<unknown> {
  readonly #cursor: Cursor<unknown>
  readonly #upstreamClosing: Closing

  constructor(cursor: Cursor<unknown>, upstreamClosing: Closing) {
    this.#cursor = cursor
    this.#upstreamClosing = upstreamClosing
  }

  next(): Step<unknown> {
    if (this.#upstreamClosing.begun) return this.#upstreamClosing.step()
    const step = this.#cursor.next()
    if (isItem(step) || step === PENDING) return step
    void this.#upstreamClosing.begin()
    return this.#upstreamClosing.step()
  }

  close(): void | Promise<void> {
    return closeAll([this.#cursor, { close: () => this.#upstreamClosing.begin() }])
  }
}

const isOptions = (value: unknown): boolean =>
  isObject(value) &&
  !(Symbol.iterator in value || Symbol.asyncIterator in value) &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).every((key) => key in runRules)
