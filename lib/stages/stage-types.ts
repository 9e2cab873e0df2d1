import type { RunOptions } from '../kernel/root.ts'
import type { Source, SyncSource } from '../from/recognise.ts'
import type { Plan } from './plan.ts'

/** Where a stage carries its plan. */
export const PLAN: unique symbol = Symbol('fanpipe.plan')

/** A stage of any face: what it makes of its upstream. */
export interface AnyStage<A, B> {
  readonly [PLAN]: Plan<A, B>
}

/** Makes other items of items: a function of an iterable. Each call runs afresh, and so does each iteration. */
export interface SyncStage<A, B> extends AnyStage<A, B> {
  (source: SyncSource<A>, options?: RunOptions): Iterable<B>
}

/** A stage that has its source already, and so can be called without one. */
export interface SourcedSyncStage<B> extends SyncStage<unknown, B> {
  (options?: RunOptions): Iterable<B>
}

/**
 * Makes other items of items: a function of an iterable, an async iterable or a stream, and a `stream.pipeline` stage.
 * Each call runs afresh, and so does each iteration.
 */
export interface AsyncStage<A, B> extends AnyStage<A, B> {
  (source: Source<A>, options?: RunOptions): AsyncIterable<B>
}

/** A stage that has its source already, and so can be called without one. */
export interface SourcedAsyncStage<B> extends AsyncStage<unknown, B> {
  (options?: RunOptions): AsyncIterable<B>
}

/** What may stand where a stage is wanted: a function is given, and gives, an iterable, or an async one. */
export type Part<A, B> =
  | AnyStage<A, B>
  | ((source: Iterable<A> & AsyncIterable<A>) => Iterable<B>)
  | ((source: Iterable<A> & AsyncIterable<A>) => AsyncIterable<B>)

/** Whatever it takes and gives. */
export type AnyPart = Part<never, unknown>

/**
 * What each face takes, gives, and calls a stage. The streams face adds itself in `streams/stream-types.ts`, so that
 * the types of the other two need none of Node's.
 */
export interface FaceTypes<A, B> {
  iter: {
    source: SyncSource<A>
    output: Iterable<B>
    stage: SyncStage<A, B>
    sourced: SourcedSyncStage<B>
  }
  async: {
    source: Source<A>
    output: AsyncIterable<B>
    stage: AsyncStage<A, B>
    sourced: SourcedAsyncStage<B>
  }
}

export type FaceName = keyof FaceTypes<unknown, unknown>
export type SourceOf<F extends FaceName, A> = FaceTypes<A, unknown>[F]['source']
export type OutputOf<F extends FaceName, B> = FaceTypes<unknown, B>[F]['output']
export type StageOf<F extends FaceName, A, B> = FaceTypes<A, B>[F]['stage']
export type SourcedStageOf<F extends FaceName, B> = FaceTypes<unknown, B>[F]['sourced']
