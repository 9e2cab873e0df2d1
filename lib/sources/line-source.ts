import { flag, readOptions } from '../kernel/options.ts'
import { FanIn } from '../fan-in/fan-in.ts'
import { named } from '../kernel/recipe-views.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'
import { ArgumentError } from '../errors.ts'
import type { ItemNames } from '../kernel/place.ts'
import { chainJunction } from '../fan-in/chain.ts'
import { map } from '../stages/map.ts'
import { toSource } from '../streams/source.ts'
import { followed, followRules, type FollowOptions } from './follow.ts'
import { lineNames } from './file-lines.ts'
import { lineRecipe, linesOfChunks, textRules, type LineEndOptions, type TextOptions } from './lines.ts'
import { isPath, nameOf, textRecipe, type TextSource } from './text.ts'

export interface LineOptions extends RunOptions, FollowOptions, TextOptions, LineEndOptions {}

/**
 * The lines of a file, or of a stream of bytes or text, without their line ends (LF or CRLF). The last line needs no line end.
 * A byte order mark is removed. Invalid bytes are decoded as U+FFFD, unless `invalid` is `'fail'`. A file given by its path is read
 * directly if it is UTF-8 or `'binary'` and is not followed; everything else goes through split2, which gives the same lines at about
 * three times the cost.
 *
 * With `encoding: 'binary'` and `keepCr: true` the bytes of a line come through unchanged, whatever their encoding, if you write the
 * line as `'binary'` again.
 *
 * Input that begins as gzip does (1f 8b 08) is decompressed, unless `gunzip` is false. It may consist of several members, with
 * zero bytes after the last one. A followed file must not be gzip.
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
 * (`ERR_FANPIPE_FORMAT`) for the byte order mark of another encoding, for gzip data that is truncated, corrupt or followed by
 * other data, for a followed file that is gzip, and with `invalid: 'fail'` for invalid bytes;
 * `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used; those of the file, unchanged.
 *
 * See also: `csvSource`, `ndjsonSource`, `grep`.
 *
 * @example
 * await chain([lineSource([Buffer.from('one\r\ntw'), Buffer.from('o\n')])]).toArray() // => ['one', 'two']
 */
export function lineSource(source: TextSource, options: LineOptions = {}): AsyncIterable<string> {
  const settings = readOptions(options, {
    ...runRules,
    ...followRules,
    ...textRules,
    keepCr: flag,
  })
  const { follow = false, gunzip } = settings
  if (follow === false) return toSource(lineRecipe(source, settings), settings)
  if (!isPath(source)) throw new ArgumentError('follow', 'omitted when the source is not a path')
  if (gunzip === true)
    throw new ArgumentError('gunzip', 'omitted or false with follow', 'true', 'gzip data cannot be followed')
  const lines = linesOfChunks(source, settings, gunzip === false ? 'ignore' : 'fail')
  const name = nameOf(source)
  const beginsAtEnd = follow === true || follow.from !== 'beginning'
  // If the first file is not read from its beginning, the numbers of its lines are not known.
  const namesOf = (fileIndex: number): ItemNames | undefined =>
    beginsAtEnd && fileIndex === 0 ? undefined : lineNames
  const files = map((open: () => AsyncIterable<Buffer>, fileIndex) =>
    toAsyncIterable(named(lines(textRecipe(open)), name, namesOf(fileIndex)), {}),
  )(followed(source, settings, gunzip !== false))
  return toSource(named(new FanIn<string>(chainJunction(), files, 'streams', {}), name), settings)
}
