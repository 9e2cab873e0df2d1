import { readOptions } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import type { Recipe } from '../kernel/recipe.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { toPlan } from '../stages/stage.ts'
import { ForkCursor } from './fork-cursor.ts'
import { maxlenRule } from './overflow/overflow.ts'

export interface ForkOptions {
  /** How many outputs of one stage may queue while another stage has produced none; 1024 by default. */
  maxlen?: number | undefined
}

export function forkPlan<T>(
  stages: readonly unknown[],
  options: ForkOptions | undefined,
  planFor: (part: unknown, argument: string, taken: Recipe<unknown>[]) => Plan<unknown, unknown> = toPlan,
): Plan<T, unknown[]> {
  const { maxlen = 1024 } = readOptions(options, { maxlen: maxlenRule })
  if (!Array.isArray(stages) || stages.length === 0)
    throw new ArgumentError('stages', 'an array of one stage or more')
  const taken: Recipe<unknown>[] = []
  const plans = rollbackOnThrow(taken, () =>
    [...stages].map((part, i) => planFor(part, `stages[${i}]`, taken)),
  )
  return (upstream) => {
    const recipes = plans.map((plan) => plan(upstream))
    return {
      mode: 'objects',
      depth: Math.max(...recipes.map(({ depth }) => depth)) + 1,
      label: upstream.label,
      // Includes what the stages own (a Duplex, or the stream of a `fromSource`), so that it is closed even if never opened.
      parts: [upstream, ...recipes],
      open: (scope, place) => new ForkCursor(upstream, plans, maxlen, scope, place),
    }
  }
}
