import type { InputErrorOptions } from '../fan-in/input-errors.ts'
import type { FanInOptions } from '../fan-in/options.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { FaceName, InputsOf, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'

export interface Chain<F extends FaceName> {
  /**
   * One input after the other, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async iterable
   * (`fanpipe/async`).
   *
   * Order: sequential (law M1): all items of the first input, then all items of the second, and so on.
   *
   * Memory: holds no items. With `readAhead: n`, n more of the open input. In `fanpipe`, the Readable also buffers up
   * to its `highWaterMark`.
   *
   * Opens and closes: opens one input at a time, the next only when the previous one is exhausted, so `inputs` may be
   * lazy and endless; in `fanpipe` and `fanpipe/async` it may also be an async iterable whose items are the inputs.
   * Closes every opened input exactly once. A stream in a list of inputs is destroyed with the output, even if its turn
   * never came.
   *
   * Emits when: the current input has an item.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: the last input is exhausted.
   *
   * Cancels when: the output is closed; the current input and a lazy `inputs` are closed with it.
   *
   * Errors: an input's own error arrives unchanged, after the items before it, and closes the other inputs;
   * `sourceOf` tells which input it came from. With `errors` the output continues without an input that fails: with
   * `'delay'` it fails at the end, with an `AggregateError` if there were several errors; a function is called with
   * each error. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used. In
   * `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for an item that is `null`, and `SourceError`
   * (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * See also: `roundRobin`, `merge`.
   *
   * Use `roundRobin` instead when no input should wait for the end of another, and `merge` when sorted inputs should
   * give one sorted output.
   *
   * @example
   * import { chain } from 'fanpipe'
   *
   * await chain([[1, 2], [3]]).toArray() // => [1, 2, 3]
   *
   * @example
   * import { chain } from 'fanpipe/iter'
   *
   * Array.from(chain([[1, 2], [3]])) // => [1, 2, 3]
   *
   * @example
   * import { chain } from 'fanpipe/async'
   *
   * const items = []
   * for await (const item of chain([[1, 2], [3]])) items.push(item)
   * items // => [1, 2, 3]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(
    inputs: NotText<S, InputsOf<F, S>>,
    options?: FanInOptions & InputErrorOptions & OptionsOf<F>,
  ): OutputOf<F, ItemOf<S>>
}
