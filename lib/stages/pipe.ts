import type { Face } from '../kernel/scope.ts'
import { toRecipe } from '../from/recognise.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { composePlan } from './compose.ts'
import { applied, type Plan } from './plan.ts'

/** The recipe of a source sent through stages. */
export function pipeRecipe(source: unknown, stages: readonly unknown[], face: Face): Recipe<unknown> {
  const plan: Plan<unknown, unknown> = stages.length === 0 ? (upstream) => upstream : composePlan(stages)
  return applied(plan, toRecipe(source, 'source', face), 'stages')
}
