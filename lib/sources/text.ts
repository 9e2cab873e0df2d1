import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Recipe } from '../kernel/recipe.ts'
import { toRecipe, type Source } from '../from/recognise.ts'
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

/** The recipe of the chunks. A file is opened on the first demand, again for every run. */
export function textRecipe(source: TextSource): Recipe<unknown> {
  const input = isPath(source) ? () => createReadStream(source) : source
  return toRecipe(input, 'source', 'streams')
}

export function checkChunk(chunk: unknown): asserts chunk is Uint8Array | string {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw new ArgumentError('source', 'a source of bytes or text', `one that gives ${show(chunk)}`)
  }
}
