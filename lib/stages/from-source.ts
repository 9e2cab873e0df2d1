import { openRecipe, release } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { toRecipe, type ItemOf, type NotText } from '../from/recognise.ts'
import type { Plan } from './plan.ts'
import { sourced, toStage } from './stage.ts'
import type { FaceName, SourcedStageOf, SourcedSyncStage, SourceOf } from './stage-types.ts'

export interface FromSourceMaker<F extends FaceName> {
  /**
   * A stage that yields the items of a source, so that a composition can begin with its own source. It can be called
   * without an argument; if it is called with a source, that is closed unread.
   *
   * Order: the order of the source.
   *
   * Memory: holds no items.
   *
   * Opens and closes: opens the source on the first demand, again for every run.
   *
   * Emits when: the source has an item.
   *
   * Completes when: the source is exhausted.
   *
   * Cancels when: the output is closed; the source is closed with it.
   *
   * Errors: the source's own, unchanged.
   *
   * See also: `compose`.
   *
   * Use `pipe` instead when the composition is run only once.
   *
   * @example
   * const firstTwo = compose(fromSource([1, 2, 3]), fence(2))
   * Array.from(firstTwo()) // => [1, 2]
   */
  <S extends SourceOf<F, unknown> | Iterable<unknown>>(source: NotText<S>): SourcedStageOf<F, ItemOf<S>>
}

export const fromSource: FromSourceMaker<'iter'> = (source: unknown) => {
  return toStage(fromSourcePlan(source)) as SourcedSyncStage<never>
}

/** The source is recognised at the call, which claims it if it is a stream, and once more for a run in the iter face. */
export function fromSourcePlan<B>(source: unknown, argument = 'source'): Plan<unknown, B> {
  const asyncRecipe: Recipe<B> = toRecipe(source, argument, 'async')
  return sourced((upstream) => ({
    mode: asyncRecipe.mode,
    depth: asyncRecipe.depth,
    label: asyncRecipe.label,
    parts: [asyncRecipe, upstream],
    open(scope, place) {
      void release(upstream, scope, place)
      return openRecipe(
        scope.face === 'iter' ? toRecipe<B>(source, argument, 'iter') : asyncRecipe,
        scope,
        place,
      )
    },
  }))
}
