import type { InputErrorOptions } from '../fan-in/input-errors.ts'
import type { FanInOptions } from '../fan-in/options.ts'
import type { MergeOptions } from '../fan-in/merge/merge.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { FaceName, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'

export interface Merge<F extends FaceName> {
  /**
   * Sorted inputs merged into one sorted output, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async
   * iterable (`fanpipe/async`).
   *
   * Order: by `key`, one function for all inputs or an array with one for each; and stable (law M1): items with equal
   * keys keep the order of their inputs, even with `reverse`. The order never depends on timing. With
   * `keyless: 'follow'`, an item without a key comes right after the item before it of the same input, and before all
   * others if its input has given no key yet; its place in the input is not checked.
   *
   * Memory: holds one item for each input, and with `keyless: 'follow'` one more. With `readAhead: n`, n more of each input.
   * In `fanpipe`, the Readable also buffers up to its `highWaterMark`.
   *
   * Opens and closes: opens all inputs at the first demand, in order, and asks an input for its next item only after
   * its previous one was delivered, or with `keyless: 'follow'` just before. Closes every input exactly once.
   *
   * Emits when: every input has an item ready or has ended; with `keyless: 'follow'`, once the input of the next item
   * has also answered with another item or its end, which shows whether anything follows.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all inputs are exhausted.
   *
   * Cancels when: the output is closed; all inputs are closed with it.
   *
   * Errors: `OrderError` (`ERR_FANPIPE_ORDER`) for an input that is not sorted, unless `order` is `'trust'`;
   * `KeyError` (`ERR_FANPIPE_KEY`) for a key that has no natural order, such as `NaN`, or that is `undefined`, unless
   * `keyless` is `'follow'`. An input's own error arrives unchanged, after the items before it, and closes the other
   * inputs; `sourceOf` tells which input it came from. With `errors` the output continues without an input that
   * fails: with `'delay'` it fails at the end, with an `AggregateError` if there were several errors; a function is
   * called with each error. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used.
   * In `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for an item that is `null`, and `SourceError`
   * (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * The algorithm is a k-way merge on a tree of losers (Knuth, The Art of Computer Programming, vol. 3, 5.4.1).
   *
   * See also: `mergeBoundedLateness`, `isoTime`, `epochTime` and `logTime` for keys, `lineSource` and `csvSource` for inputs,
   * `multiline`, which joins the lines of a record into one item.
   *
   * Use `mergeBoundedLateness` instead when the inputs are only nearly sorted by time, and `roundRobin` or `chain` when
   * the items have no order of their own.
   *
   * @example
   * import { merge } from 'fanpipe'
   *
   * await merge([[1, 4], [2, 3]]).toArray() // => [1, 2, 3, 4]
   *
   * @example
   * import { merge } from 'fanpipe/iter'
   *
   * Array.from(merge([[1, 4], [2, 3]])) // => [1, 2, 3, 4]
   *
   * @example
   * import { merge } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of merge([[1, 4], [2, 3]])) items.push(item)
   * items // => [1, 2, 3, 4]
   *
   * @example
   * import { isoTime, merge } from 'fanpipe'
   *
   * const logs = [['2026-01-01 00:00:01 failed', '  at main.js:7'], ['2026-01-01 00:00:02 retry']]
   * await merge(logs, { key: isoTime(), keyless: 'follow' }).toArray() // => [...logs[0], ...logs[1]]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>, K = ItemOf<S>>(
    inputs: NotText<S, Iterable<S>>,
    options?: FanInOptions & InputErrorOptions & OptionsOf<F> & MergeOptions<ItemOf<S>, K>,
  ): OutputOf<F, ItemOf<S>>
}
