import { ArgumentError, show } from '../errors.ts'
import type { Cursor } from '../kernel/cursor.ts'
import { AsyncIterableRecipe } from './async-iterable.ts'
import { ForeignStreamRecipe, isForeignStream } from './foreign-stream.ts'
import { IterableRecipe } from './iterable.ts'
import { isNodeLike, isReadable, unreadable, type ReadableLike } from './readable/readable-like.ts'
import { ReadableRecipe } from './readable/readable.ts'
import { isLineInterface, LineInterfaceRecipe } from './readline.ts'
import { WebStreamRecipe } from './web-stream.ts'
import { claim, openLate } from '../kernel/ownership.ts'
import { type Place } from '../kernel/place.ts'
import { PromisedCursor } from './promised.ts'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import type { Face, Scope } from '../kernel/scope.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

/** An input of the sync face: an iterable, or a function that opens one. */
export type SyncSource<T> = Items<T> | (() => Items<T>)

/**
 * An input of the async and the streams face: anything that gives items, or a function that opens it or promises to.
 * A promise may be of `null`, as the type of a `fetch` body is; if it is, the pull fails.
 */
export type Source<T> = AnyIterable<T> | (() => AnyIterable<T> | PromiseLike<AnyIterable<T> | null>)

/** A Readable is an async iterable; a web ReadableStream is one in some environments only. */
export type AnyIterable<T> = Items<T> | AsyncIterable<T> | WebStream<T>

/** What of a web ReadableStream is needed here. */
export interface WebStream<T> {
  readonly locked: boolean
  getReader(): { read(): Promise<{ done: boolean; value?: T | undefined }> }
}

/** An iterable that is not a string: a path is no source of its characters. Arrays are named so that T is inferred. */
type Items<T> = readonly T[] | (Iterable<T> & object)

/** Where a Readable of ours says what its items are; there for the compiler alone. */
export declare const ITEM: unique symbol

/** The items of a source, or of each of several kinds; what a plain Readable of Node gives is not known. */
export type ItemOf<S> = S extends () => infer R ? ItemIn<Awaited<R>> : ItemIn<S>

type ItemIn<S> = S extends { readonly readableFlowing: boolean | null }
  ? S extends { readonly [ITEM]?: infer T }
    ? T
    : unknown
  : S extends ReadableStream<infer T>
    ? Known<T>
    : S extends AsyncIterable<infer T>
      ? T
      : S extends Iterable<infer T>
        ? T
        : S extends WebStream<infer T>
          ? T
          : never

/** The chunks of a `fetch` body are `any` by the types of Node. */
type Known<T> = 0 extends 1 & T ? unknown : T

/**
 * The type `T` of an argument, unless a source `S` in it is text or bytes: those are iterable, but nobody means their
 * characters. No argument fits then, and the compiler's message shows what to write instead.
 */
export type NotText<S, T = S> = 0 extends 1 & S
  ? T
  : [Extract<S, string | Uint8Array>] extends [never]
    ? T
    : TextAdvice

type TextAdvice = 'a path or bytes are no source of items: use lineSource(path) or csvSource(path)'

const EXPECTED = {
  iter: 'an iterable, or a function without parameters that returns one',
  async: 'an iterable, an async iterable or a stream, or a function without parameters that returns one',
  streams:
    'a Readable, a web ReadableStream, an iterable or an async iterable, or a function without parameters that returns one',
}

/** Recognises what the user has, without opening it; a stream is taken over here. */
export function toRecipe<T>(input: unknown, argument: string, face: Face): Recipe<T> {
  const recipe = isObject(input) && !isText(input) ? recognised<T>(input, argument, face) : undefined
  if (recipe !== undefined) return recipe
  const given = input instanceof Uint8Array ? 'bytes' : isThenable(input) ? 'a promise' : shown(input, face)
  throw new ArgumentError(argument, EXPECTED[face], given, sourceAdvice(input, face))
}

const shown = (input: unknown, face: Face): string =>
  takesTime(input, face) ? 'an asynchronous source' : show(input)

/** Whether another face would take it. */
const takesTime = (input: unknown, face: Face): boolean =>
  face === 'iter' && typeof input !== 'function' && isSource(input)

const isText = (input: object): boolean => input instanceof String || input instanceof Uint8Array

/** Whether it has items to give, in any face. */
export const isSource = (value: unknown): boolean =>
  isObject(value) &&
  !isText(value) &&
  (typeof value === 'function' ||
    Symbol.iterator in value ||
    Symbol.asyncIterator in value ||
    'getReader' in value ||
    isReadable(value))

/** What to write instead of something that is no source. */
export function sourceAdvice(value: unknown, face: Face): string | undefined {
  if (typeof value === 'string' || value instanceof URL)
    return `for the lines of a file use lineSource(path)${face === 'streams' ? '' : " of 'fanpipe'"}`
  if (takesTime(value, face)) return 'fanpipe/iter cannot wait, use fanpipe/async'
  if (!isThenable(value)) return undefined
  return face === 'iter' ? 'await it first' : 'a function may return one: () => promise'
}

function recognised<T>(input: object, argument: string, face: Face): Recipe<T> | undefined {
  const source = input as Partial<Iterable<T> & AsyncIterable<T> & ReadableStream<T>> & {
    [RECIPE]?: (face: Face) => Recipe<T> | undefined
  }
  const recipe = face !== 'iter' || Symbol.iterator in source ? source[RECIPE]?.(face) : undefined
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

/** A promise and nothing else: what can be iterated too is a source, as it is. */
const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isThenable(value) && !(Symbol.asyncIterator in value || Symbol.iterator in value || isReadable(value))

/** A function that is called when its items are first demanded; where the face can wait, it may return a promise. */
class FunctionRecipe<T> implements Recipe<T> {
  readonly mode = 'unknown'
  readonly depth = 1
  readonly parts = []
  readonly #make: () => unknown
  readonly #argument: string
  readonly #face: Face

  constructor(make: () => unknown, argument: string, face: Face) {
    this.#make = make
    this.#argument = `what ${argument} returns`
    this.#face = face
  }

  open(scope: Scope, place: Place): Cursor<T> {
    let made: unknown
    try {
      made = this.#make()
    } catch (error) {
      throw scope.normalizeError(error, place)
    }
    const below = place.below()
    const find = (source: unknown): Recipe<T> => {
      const recipe = toRecipe<T>(source, this.#argument, this.#face)
      place.defaultLabel(recipe.label)
      return recipe
    }
    if (this.#face === 'iter' || !isPromise(made)) return openLate(find(made), this.#argument, scope, below)
    return new PromisedCursor(made, find, this.#argument, scope, below)
  }
}
