import { checkDepth } from '../kernel/nesting.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from './plan.ts'
import { isSourced, NO_SOURCE, sourced, toPlan, toStage } from './stage.ts'
import type { AnyPart, AnyStage, FaceName, Part, SourcedStageOf, StageOf } from './stage-types.ts'

export interface ComposeMaker<F extends FaceName> {
  /**
   * A stage that runs stages one after the other, as a single step. A function from iterable to
   * iterable (async iterable to async iterable) may stand for a stage.
   *
   * Order, memory, errors: those of its stages. Emits when the last stage does; backpressures when downstream does;
   * completes when the last stage does; cancels upstream through all of them. `ArgumentError` where there is no stage.
   * Laws: those of its stages.
   *
   * @example
   * const odd = compose(filter((n: number) => n % 2 === 1), map((n) => n * 10))
   * Array.from(odd([1, 2, 3])) // => [10, 30]
   */
  <A>(...stages: [Begun<A>]): SourcedStageOf<F, A>
  <A, B>(a: Begun<A>, b: Part<A, B>): SourcedStageOf<F, B>
  <A, B, C>(a: Begun<A>, b: Part<A, B>, c: Part<B, C>): SourcedStageOf<F, C>
  <A, B, C, D>(a: Begun<A>, b: Part<A, B>, c: Part<B, C>, d: Part<C, D>): SourcedStageOf<F, D>
  <A, B, C, D, E>(
    a: Begun<A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
  ): SourcedStageOf<F, E>
  <A, B, C, D, E, G>(
    a: Begun<A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
  ): SourcedStageOf<F, G>
  <A, B>(a: Part<A, B>): StageOf<F, A, B>
  <A, B, C>(a: Part<A, B>, b: Part<B, C>): StageOf<F, A, C>
  <A, B, C, D>(a: Part<A, B>, b: Part<B, C>, c: Part<C, D>): StageOf<F, A, D>
  <A, B, C, D, E>(a: Part<A, B>, b: Part<B, C>, c: Part<C, D>, d: Part<D, E>): StageOf<F, A, E>
  <A, B, C, D, E, G>(
    a: Part<A, B>,
    b: Part<B, C>,
    c: Part<C, D>,
    d: Part<D, E>,
    e: Part<E, G>,
  ): StageOf<F, A, G>
  <A, B, C, D, E, G, H>(
    a: Part<A, B>,
    b: Part<B, C>,
    c: Part<C, D>,
    d: Part<D, E>,
    e: Part<E, G>,
    f: Part<G, H>,
  ): StageOf<F, A, H>
  <A>(...stages: readonly AnyStage<A, A>[]): StageOf<F, A, A>
  <const P extends readonly [Begun<unknown>, ...SixParts, ...AnyPart[]]>(
    ...stages: P
  ): SourcedStageOf<F, LastOutput<P>>
  <const P extends readonly [AnyPart, ...SixParts, ...AnyPart[]]>(
    ...stages: P
  ): StageOf<F, FirstInput<P>, LastOutput<P>>
}

export const compose: ComposeMaker<'iter'> = (...stages: unknown[]): never =>
  toStage(composePlan(stages)) as never

/** A stage that has its source already, of any face. */
type Begun<B> = AnyStage<unknown, B> & (() => Iterable<B> | AsyncIterable<B>)
type SixParts = [AnyPart, AnyPart, AnyPart, AnyPart, AnyPart, AnyPart]

/** What the first of many takes, and what the last gives; whether those between fit is not checked past the sixth. */
type FirstInput<P extends readonly unknown[]> = P[0] extends AnyStage<infer A, unknown> ? A : unknown
export type LastOutput<P extends readonly unknown[]> = P extends readonly [...unknown[], infer L]
  ? L extends AnyStage<never, infer B>
    ? B
    : L extends (...source: never[]) => Iterable<infer B> | AsyncIterable<infer B>
      ? B
      : unknown
  : unknown

/** One plan of several, each reading what the one before it gives. */
export function composePlan(stages: readonly unknown[]): Plan<unknown, unknown> {
  if (stages.length === 0) throw new ArgumentError('stages', 'at least one stage', 'none')
  const plans = stages.map((stage, i) => toPlan(stage, `stages[${i}]`))
  const plan: Plan<unknown, unknown> = (upstream) => plans.reduce((recipe, next) => next(recipe), upstream)
  checkDepth(plan(NO_SOURCE).depth, 'stages')
  return plans.some(isSourced) ? sourced(plan) : plan
}
