import { checkDepth } from '../kernel/nesting.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from './plan.ts'
import { isSourced, NO_SOURCE, sourced, toPlan, toStage } from './stage.ts'
import type { AnyPart, AnyStage, FaceName, Part, SourcedStageOf, StageOf } from './stage-types.ts'

export interface ComposeMaker<F extends FaceName> {
  /**
   * A stage that runs the given stages one after the other, as a single step. A function from iterable to iterable
   * (async iterable to async iterable in `fanpipe` and `fanpipe/async`) may stand for a stage.
   *
   * Order: determined by the stages.
   *
   * Memory: what the stages hold.
   *
   * Emits when: the last stage does.
   *
   * Completes when: the last stage does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: those of the stages, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) if there is no stage.
   *
   * See also: `fromSource`, `duplex`.
   *
   * Use `pipe` instead when there is a source already.
   *
   * @example
   * const odd = compose(filter((n: number) => n % 2 === 1), map((n) => n * 10))
   * Array.from(odd([1, 2, 3])) // => [10, 30]
   */
  <A>(...stages: [SourcedPart<A>]): SourcedStageOf<F, A>
  <A, B>(a: SourcedPart<A>, b: Part<A, B>): SourcedStageOf<F, B>
  <A, B, C>(a: SourcedPart<A>, b: Part<A, B>, c: Part<B, C>): SourcedStageOf<F, C>
  <A, B, C, D>(a: SourcedPart<A>, b: Part<A, B>, c: Part<B, C>, d: Part<C, D>): SourcedStageOf<F, D>
  <A, B, C, D, E>(
    a: SourcedPart<A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
  ): SourcedStageOf<F, E>
  <A, B, C, D, E, G>(
    a: SourcedPart<A>,
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
  <const P extends readonly [SourcedPart<unknown>, ...SixParts, ...AnyPart[]]>(
    ...stages: P
  ): SourcedStageOf<F, LastOutput<P>>
  <const P extends readonly [AnyPart, ...SixParts, ...AnyPart[]]>(
    ...stages: P
  ): StageOf<F, FirstInput<P>, LastOutput<P>>
}

export const compose: ComposeMaker<'iter'> = (...stages: unknown[]): never =>
  toStage(composePlan(stages)) as never

/** A stage, of any face, that begins with its own source. */
type SourcedPart<B> = AnyStage<unknown, B> & (() => Iterable<B> | AsyncIterable<B>)
type SixParts = [AnyPart, AnyPart, AnyPart, AnyPart, AnyPart, AnyPart]

/** The input type of the first of many stages, and the output type of the last. After the sixth stage, types are not checked. */
type FirstInput<P extends readonly unknown[]> = P[0] extends AnyStage<infer A, unknown> ? A : unknown
export type LastOutput<P extends readonly unknown[]> = P extends readonly [...unknown[], infer L]
  ? L extends AnyStage<never, infer B>
    ? B
    : L extends (...source: never[]) => Iterable<infer B> | AsyncIterable<infer B>
      ? B
      : unknown
  : unknown

/** Combines plans into one, each reading the output of the previous one. */
export function composePlan(stages: readonly unknown[]): Plan<unknown, unknown> {
  if (stages.length === 0) throw new ArgumentError('stages', 'at least one stage', 'none')
  const plans = stages.map((stage, i) => toPlan(stage, `stages[${i}]`))
  const plan: Plan<unknown, unknown> = (upstream) => plans.reduce((recipe, next) => next(recipe), upstream)
  checkDepth(plan(NO_SOURCE).depth, 'stages')
  return plans.some(isSourced) ? sourced(plan) : plan
}
