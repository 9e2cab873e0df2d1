import type { RunOptions } from '../kernel/root.ts'
import type { Source, SyncSource } from '../from/recognise.ts'
import type { Plan } from './plan.ts'

/** A stage carries its plan here, so that another stage or a fork can use it directly. */
export const PLAN: unique symbol = Symbol('fanpipe.plan')

/** A stage of any face. */
export interface AnyStage<A, B> {
  readonly [PLAN]: Plan<A, B>
}

/** Turns items into other items: a function from iterable to iterable. Each call, and each iteration, is a separate run. */
export interface SyncStage<A, B> extends AnyStage<A, B> {
  (source: SyncSource<A>, options?: RunOptions): Iterable<B>
}

/** A stage that begins with its own source, so it can be called without one. */
export interface SourcedSyncStage<B> extends SyncStage<unknown, B> {
  (options?: RunOptions): Iterable<B>
}

/**
 * Turns items into other items: a function of an iterable, an async iterable or a stream, which `stream.pipeline` accepts as
 * well. Each call, and each iteration, is a separate run.
 */
export interface AsyncStage<A, B> extends AnyStage<A, B> {
  (source: Source<A>, options?: RunOptions): AsyncIterable<B>
}

/** A stage that begins with its own source, so it can be called without one. */
export interface SourcedAsyncStage<B> extends AsyncStage<unknown, B> {
  (options?: RunOptions): AsyncIterable<B>
}

/** What is accepted as a stage: a stage, or a function from an iterable to an iterable (async in the async faces). */
export type Part<A, B> =
  | AnyStage<A, B>
  | ((source: Iterable<A> & AsyncIterable<A>) => Iterable<B>)
  | ((source: Iterable<A> & AsyncIterable<A>) => AsyncIterable<B>)

/** A part of any item types. */
export type AnyPart = Part<never, unknown>

/**
 * The types that differ between the faces, for input items `A` and output items `B`. The streams face adds its entry in
 * `streams/stream-types.ts`, so that the types of the other two faces do not need Node's.
 */
export interface FaceTypes<A, B> {
  iter: {
    source: SyncSource<A>
    output: Iterable<B>
    branch: IterableIterator<B>
    stage: SyncStage<A, B>
    sourcedStage: SourcedSyncStage<B>
    foreignStage: never
    options: RunOptions
  }
  async: {
    source: Source<A>
    output: AsyncIterable<B>
    branch: AsyncIterableIterator<B>
    stage: AsyncStage<A, B>
    sourcedStage: SourcedAsyncStage<B>
    foreignStage: never
    options: RunOptions
  }
}

export type FaceName = keyof FaceTypes<unknown, unknown>
/** What a face accepts as a source. */
export type SourceOf<F extends FaceName, A> = FaceTypes<A, unknown>[F]['source']
/** A list of inputs that are opened one by one. */
export type InputsOf<F extends FaceName, S> = Iterable<S> | (F extends 'iter' ? never : AsyncIterable<S>)
/** What a fan-in, or a source with stages, returns. */
export type OutputOf<F extends FaceName, B> = FaceTypes<unknown, B>[F]['output']
/** One branch of a fan-out. */
export type BranchOf<F extends FaceName, B> = FaceTypes<unknown, B>[F]['branch']
export type StageOf<F extends FaceName, A, B> = FaceTypes<A, B>[F]['stage']
export type SourcedStageOf<F extends FaceName, B> = FaceTypes<unknown, B>[F]['sourcedStage']
/** What `fork` accepts besides stages and functions. */
export type ForeignStageOf<F extends FaceName> = FaceTypes<unknown, unknown>[F]['foreignStage']
/** The options that every junction of a face takes. */
export type OptionsOf<F extends FaceName> = FaceTypes<unknown, unknown>[F]['options']
