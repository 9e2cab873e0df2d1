import type { Cursor } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { checkDepth } from '../kernel/nesting.ts'
import { openRecipe, release, rollbackOnThrow } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/** Turns the recipe of an upstream into the recipe of a stage. It opens nothing, and no two runs share any state. */
export type Plan<A, B> = (upstream: Recipe<A>) => Recipe<B>

/** Applies a plan to its upstream, and gives that back on a throw. Nesting too deep is reported as an error of `argument`. */
export function applyPlan<A, B>(plan: Plan<A, B>, upstream: Recipe<A>, argument: string): Recipe<B> {
  return rollbackOnThrow([upstream], () => {
    const recipe = plan(upstream)
    checkDepth(recipe.depth, argument)
    return recipe
  })
}

/** Opens the upstream of a stage. Call it before the cursor is returned, or not at all. */
export type OpenUpstream<A> = () => Cursor<A>

/**
 * The plan of a stage that reads one upstream. `createCursor` opens the upstream itself; if it does not, the upstream is released
 * here, because it may be a stream, and nothing else would close it.
 */
export function planOf<A, B>(
  createCursor: (open: OpenUpstream<A>, scope: Scope, place: Place) => Cursor<B>,
): Plan<A, B> {
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 1,
    label: upstream.label,
    parts: [upstream],
    open(scope, place) {
      const below = place.belowStage()
      const state = { isOpened: false }
      const open = (): Cursor<A> => {
        state.isOpened = true
        return openRecipe(upstream, scope, below)
      }
      const cursor = createCursor(open, scope, place)
      if (!state.isOpened) void release(upstream, scope, below)
      return cursor
    },
  })
}
