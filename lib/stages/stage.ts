import { closeAll, DONE, type Cursor, type Step } from '../cursor/cursor.ts'
import { IterableRecipe } from '../cursor/from-iterable.ts'
import { isReadable } from '../cursor/from-readable.ts'
import { readOptions } from '../cursor/options.ts'
import { isObject } from '../cursor/place.ts'
import { checkDepth, opened, RECIPE, unlessRefused, type Recipe } from '../cursor/recipe.ts'
import { runRules, type RunOptions } from '../cursor/root.ts'
import type { Face } from '../cursor/scope.ts'
import { toRecipe, type AnyIterable } from '../cursor/source.ts'
import { RootAsyncIterator, toAsyncIterable } from '../cursor/to-async-iterable.ts'
import { RootIterator } from '../cursor/to-iterable.ts'
import { ArgumentError, show } from '../errors.ts'
import { Closing } from './closing.ts'
import type { Plan } from './plan.ts'

const PLAN: unique symbol = Symbol('fanpipe.plan')

/**
 * What makes other items of items: a function of an iterable, of an async iterable, and a `stream.pipeline` stage.
 *
 * Each call runs afresh. The answer is an async iterable for anything that takes time, and an iterable too for an iterable
 * or a function: then who iterates decides, and a step that returns a promise is awaited only in an asynchronous run.
 */
export interface Stage<A, B> {
  (source: Iterable<A> | (() => Iterable<A>)): Iterable<B> & AsyncIterable<B>
  (source: AnyIterable<A> | (() => AnyIterable<A>), options?: RunOptions): AsyncIterable<B>
  readonly [PLAN]: Plan<A, B>
}

/** A stage that has its source already, and so can be called without one. */
export interface SourcedStage<B> extends Stage<unknown, B> {
  (): Iterable<B> & AsyncIterable<B>
  (options: RunOptions): AsyncIterable<B>
}

/** What may stand where a stage is wanted: a function is given, and gives, an iterable, or an async one. */
export type Part<A, B> =
  | Stage<A, B>
  | ((source: Iterable<A> & AsyncIterable<A>) => Iterable<B>)
  | ((source: Iterable<A> & AsyncIterable<A>) => AsyncIterable<B>)

/** Serves a call whose source is a Node Readable, where a face does that. */
export type ReadableRunner = <B>(recipe: Recipe<B>, options: RunOptions) => unknown

/** The callable form of a plan. */
export function toStage<A, B>(plan: Plan<A, B>, runReadable?: ReadableRunner): Stage<A, B> {
  const stage = (...args: unknown[]): unknown => {
    const alone = args.length === 0 || (args.length === 1 && isOptions(args[0]))
    const [source, options] = alone ? [undefined, args[0]] : args
    if (alone && !SOURCED.has(plan)) {
      throw new ArgumentError('source', 'given: only a stage that begins with fromSource opens without one')
    }
    const run = readOptions(options as RunOptions | undefined, runRules)
    const recipeFor = (face: Face): Recipe<B> => {
      const upstream: Recipe<A> = alone ? NO_SOURCE : toRecipe<A>(source, 'source', face)
      return unlessRefused([upstream], () => {
        const recipe = plan(upstream)
        checkDepth(recipe.depth)
        return recipe
      })
    }
    if (runReadable !== undefined && isReadable(source)) return runReadable(recipeFor('streams'), run)
    const sync = alone || typeof source === 'function' || (isObject(source) && Symbol.iterator in source)
    return sync && options === undefined
      ? new BothIterable(recipeFor)
      : toAsyncIterable(recipeFor('async'), run)
  }
  return Object.assign(stage, { [PLAN]: plan }) as unknown as Stage<A, B>
}

/** The same makers of stages, whose stages run a Readable as a face has it. */
export function overReadables<M extends object>(makers: M, runReadable: ReadableRunner): M {
  const lifted = Object.entries(makers).map(([name, make]: [string, (...args: unknown[]) => AnyStage]) => [
    name,
    (...args: unknown[]) => toStage(make(...args)[PLAN], runReadable),
  ])
  return Object.fromEntries(lifted) as M
}

type AnyStage = Stage<never, unknown>

const SOURCED = new WeakSet<Plan<never, unknown>>()

export const NO_SOURCE: Recipe<never> = new IterableRecipe([], 'source')

/** Marks a plan that never reads its upstream. */
export function sourced<A, B>(plan: Plan<A, B>): Plan<A, B> {
  SOURCED.add(plan)
  return plan
}

export const isSourced = (plan: Plan<never, unknown>): boolean => SOURCED.has(plan)

export const isStage = (value: unknown): value is AnyStage => typeof value === 'function' && PLAN in value

/** The plan of a stage, or of any function from iterable to iterable (async iterable in the async face). */
export function toPlan(part: unknown, argument: string): Plan<unknown, unknown> {
  if (isStage(part)) return part[PLAN] as Plan<unknown, unknown>
  if (typeof part !== 'function') throw new ArgumentError(argument, 'a stage', show(part))
  return functionPlan(part as (source: unknown) => unknown, argument)
}

/** A function from iterable to iterable, between an iterator that closes into the same scope and what it returns. */
function functionPlan(fn: (source: unknown) => unknown, argument: string): Plan<unknown, unknown> {
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 2,
    label: upstream.label,
    parts: [upstream],
    open(scope, place) {
      const { face } = scope
      const below = place.belowStage()
      const view =
        face === 'iter'
          ? new RootIterator(upstream, {}, below, scope)
          : new RootAsyncIterator(upstream, {}, face, below, scope)
      const leaving = new Closing({ close: () => scope.closing(below, () => view.return()) }, scope)
      try {
        const cursor = opened(toRecipe(fn(view), `what ${argument} returns`, face), scope, place)
        return new FunctionPartCursor(cursor, leaving)
      } catch (error) {
        void leaving.begin()
        throw error
      }
    },
  })
}

class FunctionPartCursor implements Cursor<unknown> {
  readonly #cursor: Cursor<unknown>
  readonly #leaving: Closing

  constructor(cursor: Cursor<unknown>, leaving: Closing) {
    this.#cursor = cursor
    this.#leaving = leaving
  }

  next(): Step<unknown> {
    if (this.#leaving.begun) return this.#leaving.step()
    const step = this.#cursor.next()
    if (step !== DONE) return step
    void this.#leaving.begin()
    return this.#leaving.step()
  }

  close(): void | Promise<void> {
    return closeAll([this.#cursor, { close: () => this.#leaving.begin() }])
  }
}

const isOptions = (value: unknown): boolean =>
  isObject(value) &&
  !(Symbol.iterator in value || Symbol.asyncIterator in value) &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).every((key) => key in runRules)

/** Sync or async is decided by who iterates. */
class BothIterable<B> implements Iterable<B>, AsyncIterable<B> {
  readonly #iter: Recipe<B>
  readonly #async: Recipe<B>

  constructor(recipeFor: (face: Face) => Recipe<B>) {
    this.#iter = recipeFor('iter')
    this.#async = recipeFor('async')
  }

  [Symbol.iterator](): IterableIterator<B> {
    return new RootIterator(this.#iter, {})
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<B> {
    return new RootAsyncIterator(this.#async, {}, 'async')
  }

  [RECIPE](face: Face): Recipe<B> {
    return face === 'iter' ? this.#iter : this.#async
  }
}
