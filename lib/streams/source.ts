import { withSignal } from '../kernel/abort.ts'
import { readOptions } from '../kernel/options.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import { named } from '../kernel/recipe-views.ts'
import { RECIPE, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'
import { PipelineReadable } from './pipeline-readable.ts'

interface WithOrigins {
  readonly [ORIGINS]?: Origins | undefined
}

/**
 * A source of the streams face: an async iterable that starts a new run each time, and also a function. `stream.pipeline` calls
 * that with its signal, so that even a source that produces nothing is closed when the rest of the pipeline fails.
 */
export function toSource<T>(recipe: Recipe<T>, options: RunOptions): AsyncIterable<T> {
  const { signal, ...rest } = options
  const abortableRecipe = withSignal(recipe, signal)
  const items: AsyncIterable<T> & WithOrigins = toAsyncIterable(recipe, options)
  let latest: WithOrigins = items
  const iterate = (): AsyncIterator<T> => {
    latest = items
    return items[Symbol.asyncIterator]()
  }
  /** Each stream gets its own copy of the recipe, because a stream modifies the recipe that it hands over. */
  const call = (run: RunOptions | undefined): PipelineReadable<T> => {
    const readable = new PipelineReadable(named(abortableRecipe, abortableRecipe.label), {
      ...rest,
      ...readOptions(run, runRules),
    })
    latest = readable
    return readable
  }
  const source = Object.assign(call, { [Symbol.asyncIterator]: iterate, [RECIPE]: () => abortableRecipe })
  return Object.defineProperty(source, ORIGINS, { get: () => latest[ORIGINS] })
}
