import type { Duplex, Readable } from 'node:stream'
import type { RunOptions } from '../kernel/root.ts'
import type { ITEM, Source } from '../from/recognise.ts'
import type { AnyStage } from '../stages/stage-types.ts'
import type { StreamOptions } from '../to/readable.ts'

/**
 * A Readable with a known item type. Functions that take a `NodeJS.ReadableStream`, such as `finished`, are typed for strings or
 * Buffers: pass a stream of other items to them `as Readable`.
 */
export interface TypedReadable<T> extends Readable {
  readonly [ITEM]?: T
  read(size?: number): T | null
  [Symbol.asyncIterator](): NodeJS.AsyncIterator<T>
  iterator(options?: Parameters<Readable['iterator']>[0]): NodeJS.AsyncIterator<T>
  on(event: 'data', listener: (item: T) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: string | symbol, listener: Parameters<Readable['on']>[1]): this
  once(event: 'data', listener: (item: T) => void): this
  once(event: 'error', listener: (error: Error) => void): this
  once(event: string | symbol, listener: Parameters<Readable['on']>[1]): this
  toArray(options?: Signal): Promise<T[]>
  forEach(fn: ItemFunction<T, void | Promise<void>>, options?: Concurrency): Promise<void>
  map<U>(fn: ItemFunction<T, U | PromiseLike<U>>, options?: Concurrency): TypedReadable<U>
  filter<U extends T>(fn: (item: T, options?: Signal) => item is U, options?: Concurrency): TypedReadable<U>
  filter(fn: ItemFunction<T, boolean | Promise<boolean>>, options?: Concurrency): TypedReadable<T>
  flatMap<U>(
    fn: ItemFunction<T, Iterable<U> | AsyncIterable<U> | PromiseLike<Iterable<U> | AsyncIterable<U>>>,
    options?: Concurrency,
  ): TypedReadable<U>
  take(limit: number, options?: Signal): TypedReadable<T>
  drop(limit: number, options?: Signal): TypedReadable<T>
  find<U extends T>(
    fn: (item: T, options?: Signal) => item is U,
    options?: Concurrency,
  ): Promise<U | undefined>
  find(fn: ItemFunction<T, boolean | Promise<boolean>>, options?: Concurrency): Promise<T | undefined>
  some(fn: ItemFunction<T, boolean | Promise<boolean>>, options?: Concurrency): Promise<boolean>
  every(fn: ItemFunction<T, boolean | Promise<boolean>>, options?: Concurrency): Promise<boolean>
  reduce(fn: (previous: T, item: T, options?: Signal) => T | PromiseLike<T>): Promise<T>
  reduce<U>(
    fn: (previous: U, item: T, options?: Signal) => U | PromiseLike<U>,
    initial: U,
    options?: Signal,
  ): Promise<U>
}

interface Signal {
  signal?: AbortSignal
}
interface Concurrency extends Signal {
  concurrency?: number
}
type ItemFunction<T, R> = (item: T, options?: Signal) => R

/**
 * Turns items into other items. Called with a Readable it returns a Readable, with any other source an async iterable;
 * `stream.pipeline` accepts it as well. Each call is a separate run.
 */
export interface StreamStage<A, B> extends AnyStage<A, B> {
  // Only one property of a Readable, just enough to tell it from other sources when the compiler chooses the overload.
  (source: AsyncIterable<A> & Pick<Readable, 'readableFlowing'>, options?: RunOptions): TypedReadable<B>
  (source: Source<A>, options?: RunOptions): AsyncIterable<B>
}

/** A stage that begins with its own source, so it can be called without one. */
export interface SourcedStreamStage<B> extends StreamStage<unknown, B> {
  (options?: RunOptions): AsyncIterable<B>
}

declare module '../stages/stage-types.ts' {
  interface FaceTypes<A, B> {
    streams: {
      source: Source<A>
      output: TypedReadable<B>
      branch: TypedReadable<B>
      stage: StreamStage<A, B>
      sourcedStage: SourcedStreamStage<B>
      /** A Duplex that is strictly 1:1, or a function that creates one. */
      foreignStage: Duplex | (() => Duplex)
      options: StreamOptions
    }
  }
}
