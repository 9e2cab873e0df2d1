import { showItem } from '../errors.ts'
import type { Place } from '../kernel/place.ts'
import { badItem } from './bad-item.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { blocksPlan, RecordWriter } from './text-blocks.ts'

export interface ToNdjsonMaker<F extends FaceName> {
  /**
   * A stage that writes every item as JSON, each on a line of its own, and yields text in blocks of whole lines, for a file or
   * another sink of bytes.
   *
   * Order: the order of the input.
   *
   * Memory: one block, which is 64 KiB and an item at most.
   *
   * Emits when: a block holds 64 KiB, the input has had nothing ready for one turn of the event loop, or it has ended.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it, and the items of an unfinished block are dropped.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item that cannot be written as JSON, such as `undefined`, a bigint or an
   * object that contains itself. It comes after the items before it, and so does upstream's own error, which arrives unchanged.
   *
   * See also: `toLines`, `toCsv`.
   *
   * @example
   * Array.from(toNdjson()([{ id: 1 }, [2]])) // => ['{"id":1}\n[2]\n']
   */
  (): StageOf<F, unknown, string>
}

export const toNdjson: ToNdjsonMaker<'iter'> = (): SyncStage<unknown, string> =>
  toStage(blocksPlan((place) => new RecordWriter((item, index) => jsonOf(item, index, place), '\n')))

function jsonOf(item: unknown, index: number, place: Place): string {
  let json: unknown
  try {
    json = JSON.stringify(item)
  } catch (cause) {
    throw badItem(place, index, `: cannot be written as JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof json === 'string') return json
  throw badItem(place, index, `: ${showItem(item)} cannot be written as JSON`)
}
