import type { InputErrorOptions } from '../fan-in/input-errors.ts'
import type { FanInOptions } from '../fan-in/options.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { FaceName, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'

export interface RoundRobin<F extends FaceName> {
  /**
   * One item of each input in turn, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async iterable
   * (`fanpipe/async`).
   *
   * Order: strict rotation (law M1): the first item of each input, in the order of the inputs, then the second of each,
   * and so on. An exhausted input drops out; an input that is not ready is waited for, so the order never depends on
   * timing.
   *
   * Memory: holds at most one item for each asynchronous input. With `readAhead: n`, n more of each input. In
   * `fanpipe`, the Readable also buffers up to its `highWaterMark`.
   *
   * Opens and closes: opens all inputs at the first demand, in order. Closes every one of them exactly once.
   *
   * Emits when: the input whose turn it is has an item.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all inputs are exhausted.
   *
   * Cancels when: the output is closed; all inputs are closed with it.
   *
   * Errors: an input's own error arrives unchanged, after the items before it, and closes the other inputs;
   * `sourceOf` tells which input it came from. With `errors` the output continues without an input that fails: with
   * `'delay'` it fails at the end, with an `AggregateError` if there were several errors; a function is called with
   * each error. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used. In
   * `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for an item that is `null`, and `SourceError`
   * (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * See also: `chain`, `merge`, `fork`.
   *
   * Use `merge` instead when the inputs are sorted and the output should be too, and `chain` when one input should end
   * before the next begins.
   *
   * @example
   * import { roundRobin } from 'fanpipe'
   *
   * await roundRobin([[1, 2, 3], [9]]).toArray() // => [1, 9, 2, 3]
   *
   * @example
   * import { roundRobin } from 'fanpipe/iter'
   *
   * Array.from(roundRobin([[1, 2, 3], [9]])) // => [1, 9, 2, 3]
   *
   * @example
   * import { roundRobin } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of roundRobin([[1, 2, 3], [9]])) items.push(item)
   * items // => [1, 9, 2, 3]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(
    inputs: NotText<S, Iterable<S>>,
    options?: FanInOptions & InputErrorOptions & OptionsOf<F>,
  ): OutputOf<F, ItemOf<S>>
}
