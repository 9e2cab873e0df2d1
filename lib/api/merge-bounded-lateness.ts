import type { InputErrorOptions } from '../fan-in/input-errors.ts'
import type { FanInOptions } from '../fan-in/options.ts'
import type { LatenessOptions } from '../fan-in/merge-bounded-lateness/lateness-options.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { FaceName, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'

export interface MergeBoundedLateness<F extends FaceName> {
  /**
   * Inputs that are nearly sorted by time merged into one sorted output, as a Readable (in `fanpipe`), an iterable
   * (`fanpipe/iter`) or an async iterable (`fanpipe/async`).
   *
   * Order: by time, as long as no item is more than `lateness` behind the newest of its own input; stable (law M1):
   * items of the same time keep the order of their inputs, and within one input the order in which they arrived. The
   * order never depends on timing, unless `idle` is set. With `keyless: 'follow'`, an item without a time comes right after
   * the item before it of the same input, and before all others if its input has given no time yet.
   *
   * Memory: holds the items that a later one may still overtake: of each input those between the lowest watermark of
   * all and its newest item. The watermark of an input is its newest time minus `lateness`. With `readAhead: n`, n
   * more of each input. In `fanpipe`, the Readable also buffers up to its `highWaterMark`.
   *
   * Opens and closes: opens all inputs at the first demand, in order, and then asks only the input with the lowest
   * watermark for more. Closes every input exactly once.
   *
   * Emits when: no item still to come can go before the oldest one held, nor, with `keyless: 'follow'`, right after it. With
   * `idle`, an input that has been asked for an item and has given none for that many milliseconds no longer holds up the
   * others, until its next item.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all inputs are exhausted and all items held have been emitted.
   *
   * Cancels when: the output is closed; all inputs are closed with it.
   *
   * Errors: `LateError` (`ERR_FANPIPE_LATE`) for an item that arrives too late, unless `late` drops or reports such
   * items; `KeyError` (`ERR_FANPIPE_KEY`) for a time that is not a finite number or a valid Date, unless it is
   * missing and `keyless` is `'follow'`. An input's own error arrives unchanged, after the items before it, and
   * closes the other inputs; `sourceOf` tells which input it came from. With `errors` the output continues without an
   * input that fails: with `'delay'` it fails at the end, with an `AggregateError` if there were several errors; a
   * function is called with each error. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that
   * cannot be used. In `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for an item that is `null`, and
   * `SourceError` (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * The watermarks are those of Akidau et al., The Dataflow Model, 2015.
   *
   * See also: `merge`, `isoTime`, `epochTime`, `logTime`, `multiline`, which joins the lines of a record into one item.
   *
   * Use `merge` instead when every input is sorted: it is cheaper and holds back nothing.
   *
   * @example
   * import { mergeBoundedLateness } from 'fanpipe'
   *
   * await mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 }).toArray() // => [1, 2, 3, 4]
   *
   * @example
   * import { mergeBoundedLateness } from 'fanpipe/iter'
   *
   * Array.from(mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 })) // => [1, 2, 3, 4]
   *
   * @example
   * import { mergeBoundedLateness } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of mergeBoundedLateness([[1, 3, 2], [4]], { lateness: 1 })) items.push(item)
   * items // => [1, 2, 3, 4]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(
    inputs: NotText<S, Iterable<S>>,
    options: FanInOptions & InputErrorOptions & OptionsOf<F> & LatenessOptions<ItemOf<S>>,
  ): OutputOf<F, ItemOf<S>>
}
