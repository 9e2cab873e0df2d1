import { ArgumentError, show } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import { AsyncIterableRecipe, WebStreamRecipe } from './from-async-iterable.ts'
import { IterableRecipe } from './from-iterable.ts'
import { isReadable, ReadableRecipe, takeOver } from './from-readable.ts'
import { isObject, type Place } from './place.ts'
import { openFound, RECIPE, type Recipe } from './recipe.ts'
import type { Face, Scope } from './scope.ts'

/** An input of the sync face: an iterable, or a function that opens one. */
export type SyncSource<T> = Iterable<T> | (() => Iterable<T>)

/** An input of the async and the streams face: anything that gives items, or a function that opens it. */
export type Source<T> = AnyIterable<T> | (() => AnyIterable<T>)
/** A Readable is an async iterable, and so is a web ReadableStream. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T> | ReadableStream<T>

const EXPECTED = {
  iter: 'an iterable, or a function without parameters that returns one (for anything else use fanpipe/async)',
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
  throw new ArgumentError(argument, EXPECTED[face], input instanceof Uint8Array ? 'bytes' : show(input))
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
