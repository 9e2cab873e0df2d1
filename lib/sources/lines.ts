import { type Transform } from 'node:stream'
import split2 from 'split2'
import { positiveInteger, text, flag, type Rule } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import { named } from '../kernel/recipe-views.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { LimitError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { flushable, none } from '../stages/marks.ts'
import { stepPlan, type StepFunction } from '../stages/step.ts'
import { throughPlan } from '../streams/through.ts'
import { BINARY, checkEncoding, decoding, invalidRule, type Invalid } from './decoding.ts'
import { FileLines, lineNames, lineTooLong, maxLineBytes } from './file-lines.ts'
import { gunzipping, type OnGzip } from './gunzip.ts'
import { HeldChunks, splitAtLastLine, type Chunk } from './held-chunks.ts'
import { isPath, nameOf, textRecipe, type TextSource } from './text.ts'

/** How lines are read. */
export interface TextOptions {
  /**
   * The encoding of bytes: a label that `TextDecoder` knows, `'utf-8'` by default; or `'binary'`, which decodes each byte as one
   * character, so that bytes of any encoding come through unchanged if the text is written as `'binary'` again.
   */
  encoding?: string | undefined
  /** What happens to bytes that are invalid in the encoding: `'replace'`, the default, decodes them as U+FFFD; or `'fail'`. */
  invalid?: Invalid | undefined
  /** The longest line allowed, without its end, in UTF-16 code units; 2 ** 20 by default. */
  maxLineLength?: number | undefined
  /** Whether input that begins as gzip does (1f 8b 08) is decompressed; true by default. */
  gunzip?: boolean | undefined
}

/** Where lines end. */
export interface LineEndOptions {
  /** Whether a CR before the LF stays at the end of the line; false by default. */
  keepCr?: boolean | undefined
}

export const textRules = {
  encoding: text,
  invalid: invalidRule,
  maxLineLength: positiveInteger,
  gunzip: flag,
} satisfies Record<string, Rule>

const MAX_LINE_LENGTH = 2 ** 20

/** The lines of a source. A UTF-8 or binary file is read directly; all else goes through split2, which gives the same lines. */
export function lineRecipe(source: TextSource, options: TextOptions & LineEndOptions): Recipe<string> {
  const {
    invalid = 'replace',
    maxLineLength: limit = MAX_LINE_LENGTH,
    gunzip = true,
    keepCr = false,
  } = options
  const encoding = checkEncoding(options.encoding, source)
  const isBinary = encoding === BINARY
  if ((isBinary || encoding === 'utf-8') && isPath(source))
    return new FileLines(source, { limit, invalid, gunzip, isBinary, keepCr })
  const lines = linesOfChunks(source, options, gunzip ? 'decompress' : 'ignore')
  return named(lines(textRecipe(source)), nameOf(source), lineNames)
}

/** The plan of the lines of chunks of the source, read by split2. */
export function linesOfChunks(
  source: TextSource,
  {
    encoding: label,
    invalid = 'replace',
    maxLineLength = MAX_LINE_LENGTH,
    keepCr = false,
  }: TextOptions & LineEndOptions,
  onGzip: OnGzip,
): Plan<unknown, string> {
  const encoding = checkEncoding(label, source)
  const decode = stepPlan<unknown, unknown>((place) => decoding(encoding, invalid, place))
  const gather = stepPlan<unknown, unknown>(() => wholeLines(maxLineLength))
  const split = throughPlan<unknown, string>(
    (place) => splitter(maxLineLength, keepCr ? '\n' : /\r?\n/, place),
    'source',
  )
  const decompress = gunzipping(onGzip)
  return (chunks) => split(gather(decode(decompress(chunks))))
}

/**
 * Passes on only whole lines, because split2 would scan an unfinished one again with every chunk. A line that is too long is
 * passed on unfinished, and split2 rejects it.
 */
function wholeLines(limit: number): StepFunction<unknown> {
  const held = new HeldChunks()
  const takeAll = (): unknown => (held.length === 0 ? none : held.take())
  const step = (chunk: Chunk): unknown => {
    const [lines, rest] = splitAtLastLine(chunk)
    const longest = typeof chunk === 'string' ? limit + 1 : maxLineBytes(limit)
    if (rest.length + (lines.length === 0 ? held.length : 0) > longest) {
      held.add(chunk)
      return takeAll()
    }
    held.add(lines)
    const complete = lines.length === 0 ? none : takeAll()
    // Copied, because the source may reuse its buffer for the next chunk.
    held.add(typeof rest === 'string' ? rest : Buffer.from(rest))
    return complete
  }
  return flushable(step as StepFunction<unknown>, takeAll)
}

/**
 * split2's `maxLength` applies only to an unfinished line, so whole lines are checked here. Its error can be recognised only by
 * the message.
 */
function splitter(limit: number, end: string | RegExp, place: Place): Transform {
  let index = 0
  const tooLong = (): LimitError => lineTooLong(place, index, limit)
  const checkLength = (text: string): string => {
    if (text.length > limit) throw tooLong()
    index++
    return text
  }
  // One more than the limit, because a CR at the end may be part of the line end.
  const lines = split2(end, checkLength, { decodeStrings: false, maxLength: limit + 1 } as object)
  lines._destroy = (error, callback) =>
    callback(error?.message === 'maximum buffer reached' ? tooLong() : error)
  return lines
}
