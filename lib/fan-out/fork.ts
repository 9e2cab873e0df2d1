import { readOptions } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { toPlan, toStage } from '../stages/stage.ts'
import type { AnyStage, FaceName, Part, StageOf } from '../stages/stage-types.ts'
import { ForkCursor } from './fork-cursor.ts'
import { maxlenRule } from './overflow/overflow.ts'

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
  <A, B>(stages: readonly [Part<A, B> | Other], options?: ForkOptions): StageOf<F, A, [Known<B>]>
  <A, B, C>(
    stages: readonly [Part<A, B> | Other, Part<A, C> | Other],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>]>
  <A, B, C, D>(
    stages: readonly [Part<A, B> | Other, Part<A, C> | Other, Part<A, D> | Other],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>, Known<D>]>
  <A, B, C, D, E>(
    stages: readonly [Part<A, B> | Other, Part<A, C> | Other, Part<A, D> | Other, Part<A, E> | Other],
    options?: ForkOptions,
  ): StageOf<F, A, [Known<B>, Known<C>, Known<D>, Known<E>]>
  /** Past four stages what a stage takes is not told to its neighbours. */
  <const S extends readonly (Part<never, unknown> | Other)[]>(
    stages: S,
    options?: ForkOptions,
  ): StageOf<F, InputOf<S>, Outputs<S>>
}

export const fork: ForkMaker<'iter'> = (stages: readonly unknown[], options?: ForkOptions): never =>
  toStage(forkPlan(stages, options)) as never

export function forkPlan<T>(
  stages: readonly unknown[],
  options: ForkOptions | undefined,
  planFor: (part: unknown, argument: string, taken: Recipe<unknown>[]) => Plan<unknown, unknown> = toPlan,
): Plan<T, unknown[]> {
  const { maxlen = 1024 } = readOptions(options, { maxlen: maxlenRule })
  if (!Array.isArray(stages) || stages.length === 0)
    throw new ArgumentError('stages', 'an array of one stage or more')
  const taken: Recipe<unknown>[] = []
  const plans = rollbackOnThrow(taken, () =>
    [...stages].map((part, i) => planFor(part, `stages[${i}]`, taken)),
  )
  return (upstream) => ({
    mode: 'objects',
    depth: Math.max(...plans.map((plan) => plan(upstream).depth)) + 1,
    label: upstream.label,
    parts: [upstream],
    open: (scope, place) => new ForkCursor(upstream, plans, maxlen, scope, place),
  })
}
