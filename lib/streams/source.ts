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
 * A source of the streams face: an async iterable that opens the recipe afresh each time, and also a function, which
 * `stream.pipeline` calls with its signal, so that a source that is silent notices when the rest has gone.
 */
export function toSource<T>(recipe: Recipe<T>, options: RunOptions): AsyncIterable<T> {
  const { signal, ...rest } = options
  const own = withSignal(recipe, signal)
  const items: AsyncIterable<T> & WithOrigins = toAsyncIterable(recipe, options)
  let latest: WithOrigins = items
  const iterate = (): AsyncIterator<T> => {
    latest = items
    return items[Symbol.asyncIterator]()
  }
  /** Each with a recipe of its own, because a stream marks the recipe that it gives away. */
  const call = (run: RunOptions | undefined): PipelineReadable<T> => {
    const readable = new PipelineReadable(named(own, own.label), { ...rest, ...readOptions(run, runRules) })
    latest = readable
    return readable
  }
  const source = Object.assign(call, { [Symbol.asyncIterator]: iterate, [RECIPE]: () => own })
  return Object.defineProperty(source, ORIGINS, { get: () => latest[ORIGINS] })
}
