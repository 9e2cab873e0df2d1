import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Recipe } from '../kernel/recipe.ts'
import { isPromise, isSource, toRecipe, type Source } from '../from/recognise.ts'
import { ArgumentError, show } from '../errors.ts'

/** The path of a file, or a source of its bytes or text. */
export type TextSource = string | URL | Source<Uint8Array | string>

export const isPath = (source: unknown): source is string | URL =>
  typeof source === 'string' || source instanceof URL

/** The label of a source of text: its path, if it has one. */
export function nameOf(source: TextSource): string | undefined {
  if (source instanceof URL) return source.protocol === 'file:' ? fileURLToPath(source) : source.href
  return typeof source === 'string' ? source : undefined
}

const EXPECTED =
  'the path of a file (a string or a URL), or a source of its bytes or text: a stream, an iterable, an async iterable or a function that returns one'

/** Adds the path to a system error that Node reports without one, such as EISDIR when a folder is read. */
export function withPath(error: unknown, path: string | URL): unknown {
  const failure = error as Error
  if (!('syscall' in failure) || 'path' in failure) return error
  const name = nameOf(path) as string
  failure.message += ` '${name}'`
  return Object.assign(failure, { path: name })
}

function openFile(path: string | URL): Readable {
  const stream = createReadStream(path)
  stream.once('error', (error) => withPath(error, path))
  return stream
}

/** The recipe of the chunks. A file is opened on the first demand, again for every run. */
export function textRecipe(source: TextSource): Recipe<unknown> {
  if (!isPath(source) && !isSource(source) && !isPromise(source))
    throw new ArgumentError('source', EXPECTED, show(source))
  const input = isPath(source) ? () => openFile(source) : source
  return toRecipe(input, 'source', 'streams')
}

export function checkChunk(chunk: unknown): asserts chunk is Uint8Array | string {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw new ArgumentError('source', 'a source of bytes or text', `one that gives ${show(chunk)}`)
  }
}
