import { showItem } from '../errors.ts'
import { readOptions, text, type Rule } from '../kernel/options.ts'
import { badItem } from './bad-item.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { blocksPlan, RecordWriter } from './text-blocks.ts'

export interface LinesOptions {
  /** What ends each line; `'\n'` by default. */
  end?: string | undefined
}

export interface ToLinesMaker<F extends FaceName> {
  /**
   * A stage that puts an end after every line, and yields text in blocks of whole lines, for a file or another sink of bytes.
   *
   * Order: the order of the input.
   *
   * Memory: one block, which is 64 KiB and a line at most.
   *
   * Emits when: a block holds 64 KiB, the input has had nothing ready for one turn of the event loop, or it has ended.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it, and the lines of an unfinished block are dropped.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item that is not a string. It comes after the lines before it, and so does
   * upstream's own error, which arrives unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used.
   *
   * See also: `lineSource`, which reads lines, `toNdjson` and `toCsv`.
   *
   * Use `toNdjson` instead when the items are not strings.
   *
   * @example
   * Array.from(toLines()(['a', 'b'])) // => ['a\nb\n']
   */
  <A extends string = string>(options?: LinesOptions): StageOf<F, A, string>
}

const rules = { end: text } satisfies Record<string, Rule>

export const toLines: ToLinesMaker<'iter'> = (options = {}): SyncStage<string, string> => {
  const { end = '\n' } = readOptions(options, rules)
  return toStage(
    blocksPlan((place) => {
      const lineOf = (line: string, index: number): string => {
        if (typeof line === 'string') return line
        throw badItem(place, index, `: ${showItem(line)} is not a string: use toNdjson, or map it to one`)
      }
      return new RecordWriter(lineOf, end)
    }),
  )
}
