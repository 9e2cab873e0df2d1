import type { Face } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import { named } from '../kernel/recipe-views.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { composePlan } from './compose.ts'
import { applyPlan, type Plan } from './plan.ts'

/** The recipe of a source followed by stages. */
export function pipeRecipe(source: unknown, stages: readonly unknown[], face: Face): Recipe<unknown> {
  // A stream marks the recipe that it lends, which therefore must not be that of the source itself.
  const plan: Plan<unknown, unknown> =
    stages.length === 0 ? (upstream) => named(upstream, upstream.label) : composePlan(stages)
  return applyPlan(plan, toRecipe(source, 'source', face), 'stages')
}
