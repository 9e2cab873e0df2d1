import { ArgumentError, show } from '../../errors.ts'
import { isObject } from '../../kernel/guards.ts'
import type { Recipe } from '../../kernel/recipe.ts'
import { isNodeLike, isReadable } from '../readable/readable-like.ts'
import { isLineInterface } from '../readline.ts'
import { givesBytes } from '../web-stream.ts'
import { LeftOpenIteratorRecipe, type Pulled } from './left-open-iterator.ts'
import { LeftOpenReadableRecipe } from './left-open-readable.ts'
import type { LostItems } from './lost-items.ts'

type Iterables<T> = Partial<Iterable<T> & AsyncIterable<T> & ReadableStream<T>>

/** Throws unless the source can be given back to its owner. */
export function checkLeavable(source: unknown): asserts source is object {
  const expected = 'a Node Readable, a web ReadableStream, an iterator or an async iterator'
  if (!isObject(source) || typeof source === 'function' || source instanceof Uint8Array)
    throw new ArgumentError(
      'source',
      expected,
      show(source),
      typeof source === 'function' ? 'what a function opens is closed with the output' : undefined,
    )
  if (isReadable(source) ? isNodeLike(source) : isIterable(source) && !isLineInterface(source)) return
  throw new ArgumentError('source', expected, `a ${source.constructor.name}`)
}

const isIterable = (source: object): boolean =>
  'getReader' in source || Symbol.asyncIterator in source || Symbol.iterator in source

/** The recipe of a source that was checked. It claims the source until it is released. */
export function leftOpenRecipe<T>(source: object, argument: string, lostItems: LostItems<T>): Recipe<T> {
  if (isReadable(source)) return new LeftOpenReadableRecipe(source, argument, lostItems)
  if ('getReader' in source) {
    const stream = source as ReadableStream<T>
    if (stream.locked)
      throw new ArgumentError(argument, 'a ReadableStream with no other reader', 'a locked one')
    const mode = givesBytes(stream) ? 'bytes' : 'unknown'
    return new LeftOpenIteratorRecipe(stream, mode, () => readerOf(stream), argument, lostItems)
  }
  return new LeftOpenIteratorRecipe(source, 'objects', () => iteratorOf<T>(source), argument, lostItems)
}

/** The stream is locked until it is left. */
function readerOf<T>(stream: ReadableStream<T>): Pulled<T> {
  const reader = stream.getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<T>>,
    leave: () => reader.releaseLock(),
  }
}

/** The iterator is created on demand; the items of a sync one are awaited if they are promises. */
function iteratorOf<T>(iterable: Iterables<T>): Pulled<T> {
  let iterator: Iterator<T> | AsyncIterator<T> | undefined
  const isSync = iterable[Symbol.asyncIterator] === undefined
  return {
    async next() {
      iterator ??= iterable[Symbol.asyncIterator]?.() ?? (iterable as Iterable<T>)[Symbol.iterator]()
      const result = await iterator.next()
      return isSync && isObject(result) && !result.done ? { done: false, value: await result.value } : result
    },
    leave: () => undefined,
  }
}
