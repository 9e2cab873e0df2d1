import { callback, check } from '../kernel/options.ts'
import { isPromise, type ItemOf, type Source } from '../from/recognise.ts'
import { ArgumentError, show } from '../errors.ts'
import { many } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, SourceOf, StageOf, SyncStage } from './stage-types.ts'

export interface FlatMapMaker<F extends FaceName> {
  /**
   * A stage that yields the items of `fn(item, index)`, which returns a source: an iterable; in `fanpipe` and `fanpipe/async`
   * also an async iterable, a stream, or a promise of one of these. A string is not a source, as in the language's own
   * `flatMap`: return `[text]` for one item, or `[...text]` for its characters.
   *
   * It turns one item into many, lazily. After a fan-out, put a `fence` in front of it (law F1).
   *
   * Order: the order of the input, and within it that of each source.
   *
   * Memory: one item.
   *
   * Opens and closes: opens one source at a time, when its first item is asked for, and the next one after its end.
   *
   * Emits when: the open source has an item.
   *
   * Backpressures when: downstream does, also within a source.
   *
   * Completes when: upstream and the last source have.
   *
   * Cancels when: the output is closed; upstream and the open source are closed with it.
   *
   * Errors: those of the sources, and what `fn` throws, unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) if it returns
   * something other than a source.
   *
   * See also: `map`, `stage`, `chain`.
   *
   * @example
   * Array.from(flatMap((line: string) => line.split(' '))(['to be', 'or not'])) // => ['to', 'be', 'or', 'not']
   */
  <A, S extends SourceOf<F, unknown>>(
    fn: (item: A, index: number) => S | PromiseLike<S>,
  ): StageOf<F, A, ItemOf<S>>
}

export const flatMap: FlatMapMaker<'iter'> = <A, B>(
  fn: (item: A, index: number) => unknown,
): SyncStage<A, B> => {
  check(fn, 'fn', callback)
  return toStage(
    stepPlan(
      () => (item: A, index) => {
        const source = fn(item, index)
        return isPromise(source) ? Promise.resolve(source).then(asMany) : asMany(source)
      },
      'fn',
      { tracesLatest: true },
    ),
  )
}

function asMany(source: unknown): unknown {
  if (typeof source !== 'string') return many(source as Source<unknown>)
  throw new ArgumentError(
    'what fn returns',
    'a source of items',
    show(source),
    'return [text] for one item, or [...text] for its characters',
  )
}
