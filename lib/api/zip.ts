import type { FanInOptions } from '../fan-in/options.ts'
import type { ZipMode, ZipOptions } from '../fan-in/zip/zip-options.ts'
import type { ItemOf, NotText } from '../from/recognise.ts'
import type { FaceName, OptionsOf, OutputOf, SourceOf } from '../stages/stage-types.ts'

export interface Zip<F extends FaceName> {
  /**
   * Tuples of one item from each input, as a Readable (in `fanpipe`), an iterable (`fanpipe/iter`) or an async iterable
   * (`fanpipe/async`).
   *
   * The names and the meaning of `mode` and `padding` are those of `Iterator.zip` of ECMAScript, but the default is
   * `'strict'`, so that no item is lost unnoticed.
   *
   * Order: by position: the first items of all inputs, then the second items, and so on. The inputs are read
   * concurrently, but what they yield is processed in the order of the inputs, so the outcome never depends on
   * timing.
   *
   * Memory: holds at most one item for each input. With `readAhead: n`, n more of each input. In `fanpipe`, the
   * Readable also buffers up to its `highWaterMark`, which counts tuples.
   *
   * Opens and closes: opens all inputs at the first demand, in order. Closes every one of them exactly once. `padding`
   * is read and closed when the inputs are opened, and no more values are taken than there are inputs; it may be
   * endless.
   *
   * Emits when: every input has an item ready; with `'longest'`, every input that has not ended.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: all inputs are exhausted. With `'shortest'`, as soon as one is; each other input may have given one
   * more item, which is lost.
   *
   * Cancels when: the output is closed, or with `'shortest'` when one input is exhausted; all inputs are closed with it.
   *
   * Errors: `CardinalityError` (`ERR_FANPIPE_CARDINALITY`) for an input that ends before another, unless `mode` is
   * `'shortest'` or `'longest'`; it has the `index` of the tuple and the indexes of the inputs, `shorter` and `longer`.
   * An input's own error arrives unchanged, after the tuples before it, and closes the other inputs; `sourceOf` tells
   * which input it came from. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used,
   * and for a byte stream: split it into lines or rows first. In `fanpipe` also `NullItemError` (`ERR_FANPIPE_NULL`) for
   * an item that is `null`, and `SourceError` (`ERR_FANPIPE_SOURCE`) for an input that throws a primitive.
   *
   * See also: `fork`, `roundRobin`.
   *
   * Use `fork` instead when several stages make the tuples from one source, and `roundRobin` when the items should
   * not be combined.
   *
   * @example
   * import { zip } from 'fanpipe'
   *
   * await zip([[1, 2], ['a', 'b']]).toArray() // => [[1, 'a'], [2, 'b']]
   *
   * @example
   * import { zip } from 'fanpipe/iter'
   *
   * Array.from(zip([[1, 2], ['a']], { mode: 'longest', padding: [0, '-'] })) // => [[1, 'a'], [2, '-']]
   *
   * @example
   * import { zip } from 'fanpipe/async'
   *
   * const tuples = []
   * for await (const tuple of zip([[1, 2], ['a']], { mode: 'shortest' })) tuples.push(tuple)
   * tuples // => [[1, 'a']]
   */
  <S extends Inputs<F>>(
    inputs: NotText<Input<S>, S>,
    options?: FanInOptions &
      OptionsOf<F> &
      ZipOptions & { mode?: 'strict' | 'shortest' | undefined; padding?: undefined },
  ): OutputOf<F, Tuple<S>>
  <S extends Inputs<F>, P extends Padding>(
    inputs: NotText<Input<S>, S>,
    options: FanInOptions & OptionsOf<F> & ZipOptions & { mode: 'longest'; padding: P },
  ): OutputOf<F, PaddedTuple<S, P>>
  <S extends Inputs<F>>(
    inputs: NotText<Input<S>, S>,
    options: FanInOptions & OptionsOf<F> & ZipOptions & { mode: ZipMode; padding?: undefined },
  ): OutputOf<F, PaddedTuple<S, []>>
}

/** A tuple of inputs wherever it can be inferred, which is what `[]` is for; or any list of them. */
type Inputs<F extends FaceName> =
  | []
  | readonly (SourceOf<F, unknown> | Iterable<unknown>)[]
  | Iterable<SourceOf<F, unknown> | Iterable<unknown>>
type Padding = [] | readonly unknown[] | Iterable<unknown>

type Input<S> = S extends Iterable<infer I> ? I : never

/** One item of each input; an array if the number of inputs is not known. */
type Tuple<S> = S extends readonly unknown[] ? { -readonly [I in keyof S]: ItemOf<S[I]> } : ItemOf<Input<S>>[]

/** The same when an input may have ended before. */
type PaddedTuple<S, P> = S extends readonly unknown[]
  ? { -readonly [I in keyof S]: ItemOf<S[I]> | PaddingAt<P, I> }
  : (ItemOf<Input<S>> | PaddingAt<P, number>)[]

/** What stands for the items of the input with this index. */
type PaddingAt<P, I> = P extends readonly unknown[]
  ? number extends P['length']
    ? P[number] | undefined
    : I extends keyof P
      ? P[I] | (I extends `${number}` ? never : undefined)
      : undefined
  : Input<P> | undefined
