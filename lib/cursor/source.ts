import { ArgumentError, show } from '../errors.ts'
import { isThenable } from './cleanup.ts'
import type { Cursor } from './cursor.ts'
import { AsyncIterableRecipe, WebStreamRecipe } from './from-async-iterable.ts'
import { IterableRecipe } from './from-iterable.ts'
import { isReadable, ReadableRecipe, takeOver } from './from-readable.ts'
import { isObject, type Place } from './place.ts'
import { openFound, RECIPE, type Recipe } from './recipe.ts'
import type { Face, Scope } from './scope.ts'

/** An input of the sync face: an iterable, or a function that opens one. */
export type SyncSource<T> = Items<T> | (() => Items<T>)

/**
 * An input of the async and the streams face: anything that gives items, or a function that opens it or promises to.
 * A promise may be of `null`, as the type of a `fetch` body is; if it is, the pull fails.
 */
export type Source<T> = AnyIterable<T> | (() => AnyIterable<T> | PromiseLike<AnyIterable<T> | null>)

/** A Readable is an async iterable, and so is a web ReadableStream. */
export type AnyIterable<T> = Items<T> | AsyncIterable<T> | ReadableStream<T>

/** An iterable that is not a string: a path is no source of its characters. */
type Items<T> = Iterable<T> & object

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
        : never

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
  if (isObject(input) && !(input instanceof String) && !(input instanceof Uint8Array)) {
    const source = input as Partial<Iterable<T> & AsyncIterable<T> & ReadableStream<T>> & {
      [RECIPE]?: (face: Face) => Recipe<T> | undefined
    }
    const recipe = face !== 'iter' || Symbol.iterator in source ? source[RECIPE]?.(face) : undefined
    if (recipe !== undefined) {
      if (isReadable(input)) takeOver(input, argument)
      return recipe
    }
    if (face !== 'iter') {
      if (isReadable(input)) return new ReadableRecipe<T>(input, argument)
      if (typeof source.getReader === 'function') return webStream(input as ReadableStream<T>, argument)
      if (typeof source[Symbol.asyncIterator] === 'function') {
        return new AsyncIterableRecipe(input as AsyncIterable<T>, argument)
      }
    }
    if (typeof source[Symbol.iterator] === 'function')
      return new IterableRecipe(input as Iterable<T>, argument)
    if (typeof input === 'function' && input.length === 0)
      return new FunctionRecipe(input as () => unknown, argument, face)
  }
  throw new ArgumentError(
    argument,
    EXPECTED[face],
    input instanceof Uint8Array ? 'bytes' : show(input),
    sourceAdvice(input, face),
  )
}

/** Whether it has items to give, in any face. */
export const isSource = (value: unknown): boolean =>
  isObject(value) &&
  !(value instanceof Uint8Array || value instanceof String) &&
  (typeof value === 'function' ||
    Symbol.iterator in value ||
    Symbol.asyncIterator in value ||
    'getReader' in value ||
    isReadable(value))

/** What to write instead of something that is no source. */
export function sourceAdvice(value: unknown, face: Face): string | undefined {
  if (typeof value === 'string' || value instanceof URL)
    return `for the lines of a file use lineSource(path)${face === 'streams' ? '' : " of 'fanpipe'"}`
  if (face === 'iter' && isSource(value) && typeof value !== 'function')
    return 'for what takes time use fanpipe/async'
  return isThenable(value) ? 'await it before' : undefined
}

function webStream<T>(stream: ReadableStream<T>, argument: string): Recipe<T> {
  if (stream.locked)
    throw new ArgumentError(argument, 'a ReadableStream that nobody else reads', 'a locked one')
  takeOver(stream, argument)
  return new WebStreamRecipe(stream)
}

/** A function that is called when its items are first demanded. */
class FunctionRecipe<T> implements Recipe<T> {
  readonly mode = 'unknown'
  readonly depth = 1
  readonly parts = []
  readonly #make: () => unknown
  readonly #argument: string
  readonly #face: Face

  constructor(make: () => unknown, argument: string, face: Face) {
    this.#make = make
    this.#argument = argument
    this.#face = face
  }

  open(scope: Scope, place: Place): Cursor<T> {
    let made: unknown
    try {
      made = this.#make()
    } catch (error) {
      throw scope.blamed(error, place)
    }
    const argument = `what ${this.#argument} returns`
    const recipe = toRecipe<T>(made, argument, this.#face)
    place.defaultLabel(recipe.label)
    return openFound(recipe, argument, scope, place.below())
  }
}
