import { checkDepth } from '../cursor/recipe.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from './plan.ts'
import {
  isSourced,
  NO_SOURCE,
  sourced,
  toPlan,
  toStage,
  type Part,
  type SourcedStage,
  type Stage,
} from './stage.ts'

/** The types of a composition, for every face. */
export interface Compose {
  <A>(...stages: [SourcedStage<A>]): SourcedStage<A>
  <A, B>(a: SourcedStage<A>, b: Part<A, B>): SourcedStage<B>
  <A, B, C>(a: SourcedStage<A>, b: Part<A, B>, c: Part<B, C>): SourcedStage<C>
  <A, B, C, D>(a: SourcedStage<A>, b: Part<A, B>, c: Part<B, C>, d: Part<C, D>): SourcedStage<D>
  <A, B, C, D, E>(
    a: SourcedStage<A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
  ): SourcedStage<E>
  <A, B, C, D, E, F>(
    a: SourcedStage<A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, F>,
  ): SourcedStage<F>
  <A, B>(a: Part<A, B>): Stage<A, B>
  <A, B, C>(a: Part<A, B>, b: Part<B, C>): Stage<A, C>
  <A, B, C, D>(a: Part<A, B>, b: Part<B, C>, c: Part<C, D>): Stage<A, D>
  <A, B, C, D, E>(a: Part<A, B>, b: Part<B, C>, c: Part<C, D>, d: Part<D, E>): Stage<A, E>
  <A, B, C, D, E, F>(a: Part<A, B>, b: Part<B, C>, c: Part<C, D>, d: Part<D, E>, e: Part<E, F>): Stage<A, F>
  <A, B, C, D, E, F, G>(
    a: Part<A, B>,
    b: Part<B, C>,
    c: Part<C, D>,
    d: Part<D, E>,
    e: Part<E, F>,
    f: Part<F, G>,
  ): Stage<A, G>
  <A>(...stages: readonly Stage<A, A>[]): Stage<A, A>
  <const P extends readonly [SourcedStage<unknown>, ...SixParts, ...AnyPart[]]>(
    ...stages: P
  ): SourcedStage<Output<P>>
  <const P extends readonly [AnyPart, ...SixParts, ...AnyPart[]]>(...stages: P): Stage<Input<P>, Output<P>>
}

type SixParts = [AnyPart, AnyPart, AnyPart, AnyPart, AnyPart, AnyPart]
type AnyPart = Part<never, unknown>

/** What the first of many takes, and what the last gives; whether those between fit is not checked past the sixth. */
type Input<P extends readonly unknown[]> = P[0] extends Stage<infer A, unknown> ? A : unknown
type Output<P extends readonly unknown[]> = P extends readonly [...unknown[], infer L]
  ? L extends Stage<never, infer B>
    ? B
    : L extends (...source: never[]) => Iterable<infer B> | AsyncIterable<infer B>
      ? B
      : unknown
  : unknown

/**
 * A stage that runs stages one after the other, as one: whatever their number, it is one hop. A function from iterable to
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
export const compose: Compose = (...stages: unknown[]): never => toStage(composePlan(stages)) as never

/** One plan of several, each reading what the one before it gives. */
export function composePlan(stages: readonly unknown[]): Plan<unknown, unknown> {
  if (stages.length === 0) throw new ArgumentError('stages', 'at least one stage', 'none')
  const plans = stages.map((stage, i) => toPlan(stage, `stages[${i}]`))
  const plan: Plan<unknown, unknown> = (upstream) => plans.reduce((recipe, next) => next(recipe), upstream)
  checkDepth(plan(NO_SOURCE).depth, 'stages')
  return plans.some(isSourced) ? sourced(plan) : plan
}
