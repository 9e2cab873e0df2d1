import { ArgumentError, show } from '../errors.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIterableRecipe } from './async-iterable.ts'
import { ForeignStreamRecipe, isForeignStream } from './foreign-stream.ts'
import { IterableRecipe } from './iterable.ts'
import { isNodeLike, isReadable, unreadable, type ReadableLike } from './readable/readable-like.ts'
import { ReadableRecipe } from './readable/readable.ts'
import { isLineInterface, LineInterfaceRecipe } from './readline.ts'
import { WebStreamRecipe } from './web-stream.ts'
import { openWithin } from '../kernel/open-within.ts'
import { claim } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import { PromisedCursor } from './promised.ts'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

/** An input of the iter face: an iterable, or a function that opens one. */
export type SyncSource<T> = Items<T> | (() => Items<T>)

/**
 * An input of the async and streams faces: anything that gives items, or a function that returns it or a promise of it.
 * The type allows a promise of `null` only because the body of a `fetch` response may be null; if it is, the pull throws.
 */
export type Source<T> = AnyIterable<T> | (() => AnyIterable<T> | PromiseLike<AnyIterable<T> | null>)

/** Includes Readables, which are async iterables. A web ReadableStream is one only in some environments. */
export type AnyIterable<T> = Items<T> | AsyncIterable<T> | WebStream<T>

/** The part of a web ReadableStream that we use. */
export interface WebStream<T> {
  readonly locked: boolean
  getReader(): { read(): Promise<{ done: boolean; value?: T | undefined }> }
}

/** An iterable other than a string: nobody wants the characters of a path. Arrays are listed so that T is inferred. */
type Items<T> = readonly T[] | (Iterable<T> & object)

/** The item type of one of our Readables; it exists only at compile time. */
export declare const ITEM: unique symbol

/** The item type of a source; of a union, the union of the item types. `unknown` for a plain Node Readable. */
export type ItemOf<S> = S extends () => infer R ? ItemIn<Awaited<R>> : ItemIn<S>

type ItemIn<S> = S extends { readonly readableFlowing: boolean | null }
  ? S extends { readonly [ITEM]?: infer T }
    ? T
    : unknown
  : S extends ReadableStream<infer T>
    ? UnknownIfAny<T>
    : S extends AsyncIterable<infer T>
      ? T
      : S extends Iterable<infer T>
        ? T
        : S extends WebStream<infer T>
          ? T
          : never

/** In Node's types, the chunks of a `fetch` body are `any`. */
type UnknownIfAny<T> = 0 extends 1 & T ? unknown : T

/**
 * The argument type `T`, unless its source `S` is text or bytes: those are iterable, but nobody wants their characters. In that
 * case no argument is assignable, and the compiler's message shows what to write instead.
 */
export type NotText<S, T = S> = 0 extends 1 & S
  ? T
  : [Extract<S, string | Uint8Array>] extends [never]
    ? T
    : TextAdvice

type TextAdvice =
  'a path or bytes cannot be used as a source of items: use lineSource(path) or csvSource(path)'

const EXPECTED = {
  iter: 'an iterable, or a function without parameters that returns one',
  async: 'an iterable, an async iterable or a stream, or a function without parameters that returns one',
  streams:
    'a Readable, a web ReadableStream, an iterable or an async iterable, or a function without parameters that returns one',
}

/** Turns any kind of source into a recipe, without opening it. A stream is claimed, and owned from here on. */
export function toRecipe<T>(input: unknown, argument: string, face: Face): Recipe<T> {
  const recipe = isObject(input) && !isText(input) ? recognise<T>(input, argument, face) : undefined
  if (recipe !== undefined) return recipe
  const given =
    input instanceof Uint8Array ? 'bytes' : isThenable(input) ? 'a promise' : describe(input, face)
  throw new ArgumentError(argument, EXPECTED[face], given, sourceAdvice(input, face))
}

const describe = (input: unknown, face: Face): string =>
  isAsyncOnly(input, face) ? 'an asynchronous source' : show(input)

/** Whether the iter face rejects a source that the other faces accept. */
const isAsyncOnly = (input: unknown, face: Face): boolean =>
  face === 'iter' && typeof input !== 'function' && isSource(input)

const isText = (input: object): boolean => input instanceof String || input instanceof Uint8Array

/** Whether the value is a source in at least one face. */
export const isSource = (value: unknown): boolean =>
  isObject(value) &&
  !isText(value) &&
  (typeof value === 'function' ||
    Symbol.iterator in value ||
    Symbol.asyncIterator in value ||
    'getReader' in value ||
    isReadable(value))

/** For the error message: what to write instead of a value that is not a source. */
export function sourceAdvice(value: unknown, face: Face): string | undefined {
  if (typeof value === 'string' || value instanceof URL)
    return `for the lines of a file use lineSource(path)${face === 'streams' ? '' : " of 'fanpipe'"}`
  if (isAsyncOnly(value, face)) return 'fanpipe/iter cannot wait; use fanpipe/async'
  if (!isThenable(value)) return undefined
  return face === 'iter' ? 'await it first' : 'a function may return one: () => promise'
}

function recognise<T>(input: object, argument: string, face: Face): Recipe<T> | undefined {
  const source = input as Partial<Iterable<T> & AsyncIterable<T> & ReadableStream<T>> & {
    [RECIPE]?: (face: Face, argument: string) => Recipe<T> | undefined
  }
  const recipe = face !== 'iter' || Symbol.iterator in source ? source[RECIPE]?.(face, argument) : undefined
  if (recipe !== undefined) {
    if (isReadable(input)) claim(input, argument)
    return recipe
  }
  if (face !== 'iter') {
    if (isReadable(input)) return readableRecipe(input, argument)
    if (typeof source.getReader === 'function')
      return new WebStreamRecipe(input as unknown as ReadableStream<T>, argument)
    if (isLineInterface(input)) return new LineInterfaceRecipe<T>(input, argument)
    if (typeof source[Symbol.asyncIterator] === 'function') {
      return new AsyncIterableRecipe(input as AsyncIterable<T>, argument)
    }
  }
  if (typeof source[Symbol.iterator] === 'function') return new IterableRecipe(input as Iterable<T>, argument)
  if (typeof input === 'function' && input.length === 0)
    return new FunctionRecipe(input as () => unknown, argument, face)
  return undefined
}

function readableRecipe<T>(stream: ReadableLike, argument: string): Recipe<T> {
  if (isNodeLike(stream)) return new ReadableRecipe<T>(stream, argument)
  if (isForeignStream<T>(stream)) return new ForeignStreamRecipe(stream, argument)
  throw unreadable(stream, argument)
}

/** Whether the value is only a promise. A thenable that can also be iterated is used as a source itself. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isThenable(value) && !(Symbol.asyncIterator in value || Symbol.iterator in value || isReadable(value))

/** A source that is created by a function, which is called on the first demand. Outside the iter face it may return a promise. */
class FunctionRecipe<T> implements Recipe<T> {
  readonly mode = 'unknown'
  readonly depth = 1
  readonly parts = []
  readonly #create: () => unknown
  readonly #argument: string
  readonly #face: Face

  constructor(create: () => unknown, argument: string, face: Face) {
    this.#create = create
    this.#argument = `what ${argument} returns`
    this.#face = face
  }

  open(scope: Scope, place: Place): Cursor<T> {
    let source: unknown
    try {
      source = this.#create()
    } catch (error) {
      throw scope.normalizeError(error, place)
    }
    const below = place.below()
    const toLabelledRecipe = (returned: unknown): Recipe<T> => {
      const recipe = toRecipe<T>(returned, this.#argument, this.#face)
      place.defaultLabel(recipe.label)
      return recipe
    }
    if (this.#face === 'iter' || !isPromise(source))
      return openWithin(toLabelledRecipe(source), this.#argument, scope, below)
    return new PromisedCursor(source, toLabelledRecipe, this.#argument, scope, below)
  }
}
