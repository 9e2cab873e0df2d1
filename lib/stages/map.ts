import type { Cursor } from '../kernel/cursor.ts'
import { traceOneToOne } from '../kernel/item-origin.ts'
import { arrayLength, callback, check, flag, readOptions } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { show } from '../errors.ts'
import { cannotWait } from '../kernel/awaited.ts'
import { ConcurrentMapCursor, type ConcurrentFunction, type MapCall } from './concurrent-map.ts'
import { planOf } from './plan.ts'
import { StepCursor } from './step-cursor.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface MapOptions {
  /** How many calls of `fn` may be in progress at once; 1 by default, and always in `fanpipe/iter`. */
  concurrency?: number | undefined
  /** Whether results come in the order of their items, the default, or as the calls settle. */
  ordered?: boolean | undefined
}

/** `MapOptions` with `concurrency`: `fn` then gets a signal as well. */
export interface ConcurrentMapOptions extends MapOptions {
  concurrency: number
}

export interface MapMaker<F extends FaceName> {
  /**
   * A stage that yields `fn(item, index)` for each item. A promise is awaited, except over a sync iterable, where it is an
   * `ArgumentError`.
   *
   * As in the language's own `map`, a function with an optional second parameter gets the index there: write
   * `map((text) => parseInt(text))`, not `map(parseInt)`.
   *
   * With the option `concurrency`, up to that many calls `fn(item, index, { signal })` are in progress at once, and as
   * many items are read ahead, even if a `fence` follows. Pass the signal on: it aborts if the output is closed during
   * the call. Over a sync iterable calls cannot overlap, so anything but 1 is an `ArgumentError`, and there is no signal.
   *
   * Order: the order of the input, 1:1. With `ordered: false` results come as the calls settle.
   *
   * Memory: one item; with `concurrency`, that many items or results.
   *
   * Emits when: an item arrives; with `concurrency`, when the next call in order has settled, or with `ordered: false`
   * any call.
   *
   * Backpressures when: downstream does. With `concurrency`, a result that has not been taken counts as a call.
   *
   * Completes when: upstream has, and every result was yielded.
   *
   * Cancels when: the output is closed; upstream is closed with it. The signals of the calls in progress abort, and the
   * calls are awaited, for `closeTimeout` at most; their results are dropped.
   *
   * Errors: what `fn` throws, unchanged: when it is its item's turn, or with `ordered: false` after the results that came
   * before it. No further call is made, and those in progress are treated as when the output is closed.
   *
   * See also: `flatMap`, for several outputs of an item; `stage`, for none or several.
   *
   * @example
   * Array.from(map((n: number) => n * 2)([1, 2, 3])) // => [2, 4, 6]
   *
   * @example
   * import { map, pipe } from 'fanpipe'
   * const load = async (id: number, index: number, { signal }: { signal: AbortSignal }) => `${id} ${signal.aborted}`
   * await pipe([7, 8], map(load, { concurrency: 2 })).toArray() // => ['7 false', '8 false']
   */
  <A, B>(
    fn: (item: A, index: number, call: F extends 'iter' ? never : MapCall) => B | PromiseLike<B>,
    options: ConcurrentMapOptions,
  ): StageOf<F, A, B>
  <A, B>(fn: (item: A, index: number) => B | PromiseLike<B>, options?: MapOptions): StageOf<F, A, B>
}

export const map: MapMaker<'iter'> = <A, B>(
  fn: (item: A, index: number, call: never) => unknown,
  options: MapOptions = {},
): SyncStage<A, B> => {
  check(fn, 'fn', callback)
  const { concurrency, ordered = true } = readOptions(options, { concurrency: arrayLength, ordered: flag })
  const each = fn as (item: A, index: number) => unknown
  const plain = planOf<A, B>((open, scope, place) => {
    traceOneToOne(place)
    return new MapCursor(open(), scope, place, each)
  })
  if (concurrency === undefined) return toStage(plain)
  const settings = { concurrency, ordered }
  const concurrent = planOf<A, B>((open, scope, place) => {
    if (ordered) traceOneToOne(place)
    if (scope.face !== 'iter')
      return new ConcurrentMapCursor(open(), scope, place, fn as ConcurrentFunction<A>, settings)
    checkSync(concurrency)
    return new MapCursor(open(), scope, place, each)
  })
  return toStage(concurrent)
}

/** The `map` of `fanpipe/iter`, which refuses at the call what the others would only refuse when they run. */
export const syncMap: MapMaker<'iter'> = <A, B>(
  fn: (item: A, index: number, call: never) => B | PromiseLike<B>,
  options?: MapOptions,
): SyncStage<A, B> => {
  const stage = map(fn as (item: A, index: number) => B | PromiseLike<B>, options)
  checkSync(options?.concurrency)
  return stage
}

function checkSync(concurrency = 1): void {
  if (concurrency !== 1) throw cannotWait('concurrency', '1', show(concurrency))
}

class MapCursor<A, B> extends StepCursor<A, B> {
  readonly #fn: (item: A, index: number) => unknown
  #index = 0

  constructor(upstream: Cursor<A>, scope: Scope, place: Place, fn: (item: A, index: number) => unknown) {
    super(upstream, scope, place, 'fn')
    this.#fn = fn
  }

  protected override run(item: A): unknown {
    return this.#fn(item, this.#index++)
  }

  protected override get inputIndex(): number {
    return this.#index - 1
  }

  protected override settle(result: unknown): B {
    return result as B
  }
}
