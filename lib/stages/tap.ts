import { traceOneToOne } from '../kernel/item-origin.ts'
import { arrayLength, callback, failDetachOrReport, oneOf, readOptions } from '../kernel/options.ts'
import { isWritableLike, type WritableLike } from '../to/writable-like.ts'
import { planOf, type Plan } from './plan.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { TapCursor, type TapSettings } from './tap-cursor.ts'
import { checkFace, functionReceiver, WritableReceiver, type ReceiverMaker } from './tap-receiver.ts'

export interface TapOptions {
  /** How many items may wait for the target; 1024 by default. */
  maxlen?: number | undefined
  /**
   * What happens when `maxlen` items wait and another arrives:
   *
   * - `'drop-oldest'`, the default: the oldest of them is dropped. The target never holds up the output.
   * - `'block'`: the output waits for the target.
   */
  overflow?: 'drop-oldest' | 'block' | undefined
  /**
   * What happens when the target fails:
   *
   * - `'fail'`, the default: the output fails with its error.
   * - `'detach'`: the output continues without the target.
   * - a function: the same, and it is called with the error. What it throws fails the output.
   */
  onError?: 'fail' | 'detach' | ((error: unknown) => void) | undefined
  /** Called before the next item of the target, or before its end, with how many items were dropped since the last call. */
  onLag?: ((dropped: number) => void) | undefined
}

const tapRules = {
  maxlen: arrayLength,
  overflow: oneOf('drop-oldest', 'block'),
  onError: failDetachOrReport,
  onLag: callback,
}

/** What a tap sends its items to: `fanpipe/iter` cannot wait for a Writable. */
export type TapTarget<F extends FaceName, A> =
  ((item: A, index: number) => unknown) | (F extends 'iter' ? never : WritableLike)

export interface TapMaker<F extends FaceName> {
  /**
   * A stage that yields every item unchanged, and sends it to `target` as well: a Writable, or a function that is called with the
   * item and its index. A promise that the function returns is awaited before its next call, except over a sync iterable, where it
   * is an `ArgumentError`, and so is a Writable.
   *
   * Order: the order of the input, 1:1; the target gets the items in the same order.
   *
   * Memory: at most `maxlen` items that wait for the target, plus what the target itself buffers.
   *
   * Opens and closes: the tap owns the Writable from the call on, and can run once: create a new tap for each run. The
   * Writable is ended after the last item; if the output fails, it is destroyed with the same error, and if the output is closed
   * early, with `ERR_STREAM_PREMATURE_CLOSE`. Standard output and standard error are left open.
   *
   * Emits when: an item arrives.
   *
   * Backpressures when: downstream does; with `overflow: 'block'` also when `maxlen` items wait for the target.
   *
   * Completes when: upstream has, and the target has finished.
   *
   * Cancels when: the output is closed; upstream is closed with it, and a Writable is destroyed. Behind a `fence`, a tap ends with
   * it: write `pipe(source, fence(10), tap(file))`.
   *
   * Errors: that of the target, unchanged, unless `onError` handles it; `ERR_STREAM_PREMATURE_CLOSE` if a Writable closes before
   * it has finished. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for a target or option that cannot be used.
   *
   * See also: `multicast`, `multicastSink`, `tapPrefix`.
   *
   * Use `multicast` instead when the other consumer reads from a Readable or an iterator.
   *
   * @example
   * const seen: string[] = []
   * Array.from(tap((item: string, index: number) => seen.push(`${index} ${item}`))(['a', 'b'])) // => ['a', 'b']
   * seen // => ['0 a', '1 b']
   *
   * @example
   * import { PassThrough } from 'node:stream'
   * import { pipe, tap } from 'fanpipe'
   * const copy = new PassThrough({ objectMode: true })
   * const copied = copy.toArray()
   * await pipe([1, 2, 3], tap(copy)).toArray() // => [1, 2, 3]
   * await copied // => [1, 2, 3]
   */
  <A>(target: TapTarget<F, A>, options?: TapOptions): StageOf<F, A, A>
}

export const tap: TapMaker<'iter'> = <A>(
  target: TapTarget<'async', A>,
  options: TapOptions = {},
): SyncStage<A, A> => {
  const { maxlen = 1024, overflow, onError = 'fail', onLag } = readOptions(options, tapRules)
  const settings = { maxlen, blocks: overflow === 'block', onError, onLag }
  const maker = typeof target === 'function' ? functionReceiver(target) : new WritableReceiver(target)
  return toStage(tapPlan<A>(maker, settings))
}

/** The `tap` of `fanpipe/iter`, which refuses at the call what the others would only refuse when they run. */
export const syncTap: TapMaker<'iter'> = <A>(
  target: TapTarget<'iter', A>,
  options?: TapOptions,
): SyncStage<A, A> => {
  if (isWritableLike(target)) checkFace('iter')
  return tap(target, options)
}

function tapPlan<A>(maker: ReceiverMaker, settings: TapSettings): Plan<A, A> {
  const plan = planOf<A, A>((open, scope, place) => {
    traceOneToOne(place)
    return new TapCursor(open, scope, place, maker, settings)
  })
  return (upstream) => {
    const recipe = plan(upstream)
    return maker.part === undefined ? recipe : { ...recipe, parts: [upstream, maker.part] }
  }
}
