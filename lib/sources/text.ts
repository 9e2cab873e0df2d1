import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Recipe } from '../cursor/recipe.ts'
import { toRecipe, type Source } from '../cursor/source.ts'
import { ArgumentError, show } from '../errors.ts'
import { flushable, none } from '../stages/marks.ts'
import type { StepFunction } from '../stages/step.ts'

/** The path of a file, or what gives its bytes, or its text. */
export type TextSource = string | URL | Source<Uint8Array | string>

export const isPath = (source: unknown): source is string | URL =>
  typeof source === 'string' || source instanceof URL

/** What a source of text is called: the path that was given. */
export function nameOf(source: TextSource): string | undefined {
  if (source instanceof URL) return source.protocol === 'file:' ? fileURLToPath(source) : source.href
  return typeof source === 'string' ? source : undefined
}

/** A file is opened at the first demand, once for every run. */
export function textRecipe(source: TextSource): Recipe<unknown> {
  const input = isPath(source) ? () => createReadStream(source) : source
  return toRecipe(input, 'source', 'streams')
}

const BOM = Buffer.from('\uFEFF')

/** Chunks of UTF-8, or of text, without the byte order mark, wherever the chunks are cut. */
export function bomless(): StepFunction<unknown> {
  let head: Buffer | undefined = Buffer.alloc(0)
  const step = (chunk: unknown): unknown => {
    checkChunk(chunk)
    if (head === undefined || chunk.length === 0) return chunk
    const start = Buffer.concat([head, Buffer.from(chunk as string)])
    const known = Math.min(start.length, BOM.length)
    const marked = BOM.subarray(0, known).equals(start.subarray(0, known))
    if (marked && known < BOM.length) {
      head = start
      return none
    }
    const whole = head.length === 0
    head = undefined
    if (marked) return typeof chunk === 'string' ? chunk.slice(1) : start.subarray(BOM.length)
    return whole ? chunk : start
  }
  return flushable(step, () => head ?? none)
}

export function checkChunk(chunk: unknown): asserts chunk is Uint8Array | string {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
    throw new ArgumentError('source', 'one of bytes or strings', `one of ${show(chunk)}`)
  }
}
