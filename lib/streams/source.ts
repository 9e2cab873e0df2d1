import { withSignal } from '../cursor/abort.ts'
import { readOptions } from '../cursor/options.ts'
import { named, RECIPE, type Recipe } from '../cursor/recipe.ts'
import { runRules, type RunOptions } from '../cursor/root.ts'
import { toAsyncIterable } from '../cursor/to-async-iterable.ts'
import { PipelineReadable } from './pipeline-readable.ts'

/**
 * A source of the streams face: an async iterable that opens the recipe afresh each time, and also a function, which
 * `stream.pipeline` calls with its signal, so that a source that is silent notices when the rest has gone.
 */
export function toSource<T>(recipe: Recipe<T>, options: RunOptions): AsyncIterable<T> {
  const { signal, ...rest } = options
  const own = withSignal(recipe, signal)
  const items = toAsyncIterable(recipe, options)
  /** Each with a recipe of its own, because a stream marks the recipe that it gives away. */
  const open = (run: RunOptions | undefined) =>
    new PipelineReadable(named(own, own.label), { ...rest, ...readOptions(run, runRules) })
  return Object.assign(open, {
    [Symbol.asyncIterator]: () => items[Symbol.asyncIterator](),
    [RECIPE]: () => own,
  })
}
