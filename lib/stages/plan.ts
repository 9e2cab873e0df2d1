import type { Cursor } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import { checkDepth } from '../kernel/nesting.ts'
import { openRecipe, release, rollbackOnThrow } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

/** Makes the recipe of a stage from the recipe of its upstream; opens nothing, and shares nothing between two openings. */
export type Plan<A, B> = (upstream: Recipe<A>) => Recipe<B>

/** Applies a plan to its upstream, and releases the upstream if that fails; `argument` is what may be nested too deep. */
export function applied<A, B>(plan: Plan<A, B>, upstream: Recipe<A>, argument: string): Recipe<B> {
  return rollbackOnThrow([upstream], () => {
    const recipe = plan(upstream)
    checkDepth(recipe.depth, argument)
    return recipe
  })
}

/** Opens the upstream of a stage; it must be called before the cursor is returned, or not at all. */
export type OpenUpstream<A> = () => Cursor<A>

/**
 * The plan of a stage that reads one upstream: `make` gets it unopened, and the scope to wake. An upstream that it does not
 * open is closed, since nobody else will: it may be a stream.
 */
export function planOf<A, B>(
  make: (open: OpenUpstream<A>, scope: Scope, place: Place) => Cursor<B>,
): Plan<A, B> {
  return (upstream) => ({
    mode: 'objects',
    depth: upstream.depth + 1,
    label: upstream.label,
    parts: [upstream],
    open(scope, place) {
      const below = place.belowStage()
      const upstreamIs = { open: false }
      const open = (): Cursor<A> => {
        upstreamIs.open = true
        return openRecipe(upstream, scope, below)
      }
      const cursor = make(open, scope, place)
      if (!upstreamIs.open) void release(upstream, scope, below)
      return cursor
    },
  })
}
