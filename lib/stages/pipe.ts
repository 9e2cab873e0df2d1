import type { Face } from '../kernel/scope.ts'
import { toRecipe, type ItemOf, type NotText } from '../from/recognise.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { composePlan, type LastOutput } from './compose.ts'
import { applied, type Plan } from './plan.ts'
import type { AnyPart, FaceName, OutputOf, Part, SourceOf } from './stage-types.ts'

/** `pipe` of a face: the type of each stage's items is that of what the stage before it gives. */
export interface Pipe<F extends FaceName> {
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(source: NotText<S>): OutputOf<F, ItemOf<S>>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
  ): OutputOf<F, A>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
  ): OutputOf<F, B>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
  ): OutputOf<F, C>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
  ): OutputOf<F, D>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
  ): OutputOf<F, E>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E, G>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
  ): OutputOf<F, G>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E, G, H>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
    g: Part<G, H>,
  ): OutputOf<F, H>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E, G, H, I>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
    g: Part<G, H>,
    h: Part<H, I>,
  ): OutputOf<F, I>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E, G, H, I, J>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
    g: Part<G, H>,
    h: Part<H, I>,
    i: Part<I, J>,
  ): OutputOf<F, J>
  <S extends SourceOf<F, unknown> | Iterable<unknown>, A, B, C, D, E, G, H, I, J, K>(
    source: NotText<S>,
    a: Part<ItemOf<S>, A>,
    b: Part<A, B>,
    c: Part<B, C>,
    d: Part<C, D>,
    e: Part<D, E>,
    f: Part<E, G>,
    g: Part<G, H>,
    h: Part<H, I>,
    i: Part<I, J>,
    j: Part<J, K>,
  ): OutputOf<F, K>
  /** Past ten stages whether one fits the next is not checked; `compose` some of them. */
  <
    S extends SourceOf<F, unknown> | Iterable<unknown>,
    const P extends readonly [...FiveParts, ...FiveParts, ...AnyPart[]],
  >(
    source: NotText<S>,
    ...stages: P
  ): OutputOf<F, LastOutput<P>>
}

type FiveParts = [AnyPart, AnyPart, AnyPart, AnyPart, AnyPart]

/** A source through stages. */
export function pipeRecipe(source: unknown, stages: readonly unknown[], face: Face): Recipe<unknown> {
  const plan: Plan<unknown, unknown> = stages.length === 0 ? (upstream) => upstream : composePlan(stages)
  return applied(plan, toRecipe(source, 'source', face), 'stages')
}
