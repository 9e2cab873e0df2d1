import { checkLeavable, leftOpenRecipe } from '../from/left-open/left-open.ts'
import { LostItems } from '../from/left-open/lost-items.ts'
import type { AnyIterable, ItemOf, NotText } from '../from/recognise.ts'
import { callback, readOptions } from '../kernel/options.ts'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'

/** The options of `leaveOpen`. */
export interface LeaveOpenOptions<T> {
  /**
   * Called with each item that was read but neither delivered nor put back, when the source is given back. If it throws, that
   * counts as an error from closing.
   */
  onLost?: ((item: T) => unknown) | undefined
}

/** A source that its owner can go on using. It can be passed wherever a source is expected, and iterated. */
export interface LeftOpen<T> extends AsyncIterable<T> {
  [Symbol.asyncIterator](): AsyncIterator<T, undefined>
}

/**
 * The source as an input that is not closed with the output. It may be a Node Readable, a web ReadableStream, an iterator or an
 * async iterator, and is given back to its owner when the output has ended, failed or been closed.
 *
 * Order: that of the source.
 *
 * Memory: one item. A Readable of `fanpipe` over it has a `highWaterMark` of 0 once it has opened the source, whatever its
 * options say. What the source itself buffers stays there.
 *
 * Opens and closes: reads one item at a time, only when one is asked for, and never destroys, cancels or returns the source. A
 * Readable is left paused and without our listeners, so that its owner can use `resume()`, `pipe` or `for await` on it, or
 * write the response to a socket. A web stream is unlocked. After that the source may be passed to another junction; until then
 * nothing else may read it.
 *
 * Items that were read and not delivered are put back into a Readable with `unshift`, in their order: those in the buffer of
 * the output, those that were read ahead, the heads of a `merge`, the parts of an unfinished tuple of `zip`, and the window of
 * `mergeBoundedLateness`. An item cannot be put back once the Readable has emitted `'end'`, which happens when its last item is
 * read, and never into a web stream or an iterator; `onLost` is then called with each of them. A web stream or an iterator
 * loses at most one item, unless a junction holds more (`readAhead`, `mergeBoundedLateness`).
 *
 * What a stage or a fan-out has read is used up: `map` or `multicast` over the source puts nothing back. Nor is an item put
 * back after it was passed to a callback such as `late`. Set the `highWaterMark` of branches to 0 if they should not read
 * ahead. An item that a `mergeBoundedLateness` fails with is lost, and `onLost` is not called with it.
 *
 * Emits when: the source has an item.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: the source ends. A Readable need not have closed by then.
 *
 * Cancels when: the output is closed; the source stays open.
 *
 * Errors: those of the source arrive unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a source that cannot be left open,
 * such as a function, a stream of another library or a `readline.Interface`, and for one that another junction is still
 * reading.
 *
 * See also: `fence`, which closes its source after k items.
 *
 * Use the source itself instead when nobody needs it afterwards: then it is closed for you.
 *
 * @example
 * import { chain, leaveOpen } from 'fanpipe'
 * import { Readable } from 'node:stream'
 *
 * const source = Readable.from(['header', 'a', 'b'])
 * for await (const item of chain([leaveOpen(source)])) if (item === 'header') break
 *
 * await source.toArray() // => ['a', 'b']
 *
 * @example
 * import { chain, leaveOpen } from 'fanpipe/async'
 *
 * const numbers = [1, 2, 3].values()
 * for await (const n of chain([leaveOpen(numbers)])) if (n === 1) break
 *
 * [...numbers] // => [2, 3]
 */
export function leaveOpen<S extends AnyIterable<unknown> | Iterable<unknown>>(
  source: NotText<S>,
  options?: LeaveOpenOptions<ItemOf<S>>,
): LeftOpen<ItemOf<S>> {
  checkLeavable(source)
  const { onLost } = readOptions(options, { onLost: callback })
  return new LeftOpenSource<ItemOf<S>>(source, new LostItems(onLost))
}

class LeftOpenSource<T> implements LeftOpen<T> {
  readonly #source: object
  readonly #lostItems: LostItems<T>

  constructor(source: object, lostItems: LostItems<T>) {
    this.#source = source
    this.#lostItems = lostItems
  }

  [RECIPE](_face: Face, argument: string): Recipe<T> {
    return leftOpenRecipe(this.#source, argument, this.#lostItems)
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return toAsyncIterable(this[RECIPE]('async', 'source'), {})[Symbol.asyncIterator]() as AsyncIterator<
      T,
      undefined
    >
  }
}
