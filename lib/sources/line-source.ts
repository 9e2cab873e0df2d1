import { type Transform } from 'node:stream'
import split2 from 'split2'
import { positiveInteger, readOptions, text } from '../kernel/options.ts'
import { FanIn } from '../fan-in/fan-in.ts'
import type { Place } from '../kernel/place.ts'
import { named } from '../kernel/recipe-views.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'
import { ArgumentError, type LimitError } from '../errors.ts'
import { chainJunction } from '../fan-in/chain.ts'
import { map } from '../stages/map.ts'
import { flushable, none } from '../stages/marks.ts'
import { stepPlan, type StepFunction } from '../stages/step.ts'
import { toSource } from '../streams/source.ts'
import { throughPlan } from '../streams/through.ts'
import { checkEncoding, decoding, invalidRule, type Invalid } from './decoding.ts'
import { FileLines, lineName, lineTooLong, maxLineBytes } from './file-lines.ts'
import { followed, followRules, type FollowOptions } from './follow.ts'
import { HeldChunks, splitAtLastLine, type Chunk } from './held-chunks.ts'
import { isPath, nameOf, textRecipe, type TextSource } from './text.ts'

export interface LineOptions extends RunOptions, FollowOptions {
  /** The encoding of bytes: a label that `TextDecoder` knows, `'utf-8'` by default. */
  encoding?: string | undefined
  /** What happens to bytes that are invalid in the encoding: `'replace'`, the default, decodes them as U+FFFD; or `'fail'`. */
  invalid?: Invalid | undefined
  /** The longest line allowed, without its end, in UTF-16 code units; 2 ** 20 by default. */
  maxLineLength?: number | undefined
}

const MAX_LINE_LENGTH = 2 ** 20

/**
 * The lines of a file, or of a stream of bytes or text, without their line ends (LF or CRLF). The last line needs no line end.
 * A byte order mark is removed. Invalid bytes are decoded as U+FFFD, unless `invalid` is `'fail'`. A UTF-8 file given by its path
 * is read directly, unless it is followed; everything else goes through split2, which gives the same lines at about three times
 * the cost.
 *
 * A path, or a function that returns a stream, is opened again for every iteration; a stream can be read only once.
 *
 * With `follow` the output never ends, and continues as the file grows. It survives a rotation, when another file takes the name
 * (what is written to the old file more than two checks later is not read), and a truncation (unless the file has grown back by
 * the next check, which cannot be detected). Once the file has been opened, errors that may be temporary are waited out, and
 * `onMissing` is called with them: no file of that name, missing permissions, a folder in its place, no file descriptors left.
 * Only regular files are followed. Each file is an input of a chain: its index is the last of the path that `sourceOf` returns.
 *
 * Order: the order of the file.
 *
 * Memory: the lines of one chunk, and an incomplete line. For a path two chunks, one of them read ahead, which grow from 64 KiB
 * to 256 KiB if the file is long enough. A line that you keep also keeps up to 64 KiB of the text around it.
 *
 * Opens and closes: opens the file on the first demand; closes it at the end, on an error and on an early exit.
 *
 * Emits when: a line is complete.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: the last line was yielded.
 *
 * Cancels when: the output is closed; the file or stream is closed with it.
 *
 * Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for a line over the limit, however it is split into chunks; `FormatError`
 * (`ERR_FANPIPE_FORMAT`) for the byte order mark of another encoding, and with `invalid: 'fail'` for invalid bytes;
 * `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used; those of the file, unchanged.
 *
 * See also: `csvSource`, `grep`.
 *
 * @example
 * await chain([lineSource([Buffer.from('one\r\ntw'), Buffer.from('o\n')])]).toArray() // => ['one', 'two']
 */
export function lineSource(source: TextSource, options: LineOptions = {}): AsyncIterable<string> {
  const settings = readOptions(options, {
    ...runRules,
    ...followRules,
    encoding: text,
    invalid: invalidRule,
    maxLineLength: positiveInteger,
  })
  const { invalid = 'replace', maxLineLength = MAX_LINE_LENGTH, follow = false } = settings
  const encoding = checkEncoding(settings.encoding, source)
  if (encoding === 'utf-8' && isPath(source) && follow === false)
    return toSource(new FileLines(source, maxLineLength, invalid), settings)
  const decode = stepPlan<unknown, unknown>((place) => decoding(encoding, invalid, place))
  const gather = stepPlan<unknown, unknown>(() => wholeLines(maxLineLength))
  const split = throughPlan<unknown, string>((place) => splitter(maxLineLength, place), 'source')
  const lines = (chunks: Recipe<unknown>): Recipe<string> => split(gather(decode(chunks)))
  const name = nameOf(source)
  if (follow === false) return toSource(named(lines(textRecipe(source)), name, lineName), settings)
  if (!isPath(source)) throw new ArgumentError('follow', 'omitted when the source is not a path')
  const files = map((open: () => AsyncIterable<Buffer>) =>
    toAsyncIterable(named(lines(textRecipe(open)), name), {}),
  )(followed(source, settings))
  return toSource(named(new FanIn<string>(chainJunction(), files, 'streams', {}), name), settings)
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
function splitter(limit: number, place: Place): Transform {
  let index = 0
  const tooLong = (): LimitError => lineTooLong(place, index, limit)
  const checkLength = (text: string): string => {
    if (text.length > limit) throw tooLong()
    index++
    return text
  }
  // One more than the limit, because a CR at the end may be part of the line end.
  const lines = split2(checkLength, { decodeStrings: false, maxLength: limit + 1 } as object)
  lines._destroy = (error, callback) =>
    callback(error?.message === 'maximum buffer reached' ? tooLong() : error)
  return lines
}
