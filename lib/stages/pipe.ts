import type { Face } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import { named } from '../kernel/recipe-views.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { composePlan } from './compose.ts'
import { applyPlan, type Plan } from './plan.ts'

/** The recipe of a source followed by stages. */
export function pipeRecipe(source: unknown, stages: readonly unknown[], face: Face): Recipe<unknown> {
  // A copy, because a stream modifies the recipe that it lends, and the source's own recipe must not change.
  const plan: Plan<unknown, unknown> =
    stages.length === 0 ? (upstream) => named(upstream, upstream.label) : composePlan(stages)
  return applyPlan(plan, toRecipe(source, 'source', face), 'stages')
}
