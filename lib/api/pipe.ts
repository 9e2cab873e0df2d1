import type { ItemOf, NotText } from '../from/recognise.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import type { LastOutput } from '../stages/compose.ts'
import { pipeRecipe } from '../stages/pipe.ts'
import type { AnyPart, FaceName, OutputOf, Part, SourceOf } from '../stages/stage-types.ts'
import type { FaceAdapter } from './face-adapter.ts'

export interface Pipe<F extends FaceName> {
  /**
   * A source sent through stages, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async iterable
   * (`fanpipe/async`): the same items as `compose(...stages)(source)`, and without stages the items of the source. The
   * compiler checks each stage against the output of the one before it, up to ten stages.
   *
   * Order: determined by the stages.
   *
   * Memory: what the stages hold. In `fanpipe`, the Readable also buffers up to its `highWaterMark`.
   *
   * Opens and closes: opens the source at the first demand and closes it exactly once.
   *
   * Emits when: the last stage does.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: the last stage does.
   *
   * Cancels when: the output is closed, or a stage such as `fence` ends early; the source is closed with it.
   *
   * Errors: those of the source and of the stages arrive unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an
   * argument or option that cannot be used.
   *
   * See also: `compose`, `fence`, `duplex`.
   *
   * Use `compose` instead when the stages have no source yet, and `stream.pipeline`, which accepts every stage, when
   * the output goes to a Writable.
   *
   * @example
   * import { filter, map, pipe } from 'fanpipe'
   *
   * await pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10)).toArray() // => [10, 30]
   *
   * @example
   * import { filter, map, pipe } from 'fanpipe/iter'
   *
   * Array.from(pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10))) // => [10, 30]
   *
   * @example
   * import { filter, map, pipe } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of pipe([1, 2, 3], filter((n) => n % 2 === 1), map((n) => n * 10))) items.push(item)
   * items // => [10, 30]
   */
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
  // past ten stages, whether one fits the next is not checked: compose some of them
  <
    S extends SourceOf<F, unknown> | Iterable<unknown>,
    const P extends readonly [...FiveParts, ...FiveParts, ...AnyPart[]],
  >(
    source: NotText<S>,
    ...stages: P
  ): OutputOf<F, LastOutput<P>>
}

type FiveParts = [AnyPart, AnyPart, AnyPart, AnyPart, AnyPart]

/** `pipe` as a function of a face. */
export function pipeIn(face: Face, wrap: FaceAdapter<Recipe<unknown>>['wrap']) {
  return (source: unknown, ...stages: unknown[]): never => wrap(pipeRecipe(source, stages, face), {}) as never
}
