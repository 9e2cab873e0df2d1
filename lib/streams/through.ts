import { pipeline, type Duplex } from 'node:stream'
import { isReadable, ReadableRecipe } from '../cursor/from-readable.ts'
import { isObject } from '../cursor/place.ts'
import type { Recipe } from '../cursor/recipe.ts'
import { CursorReadable } from '../cursor/to-readable.ts'
import { ArgumentError } from '../errors.ts'
import type { Plan } from '../stages/plan.ts'
import { isStage, toPlan } from '../stages/stage.ts'

/** A branch of a fork in the streams face: a stage, a Node Duplex, or a function that makes one. */
export function toStreamPlan(part: unknown, argument: string): Plan<unknown, unknown> {
  if (isStage(part)) return toPlan(part, argument)
  if (isDuplex(part)) return (upstream) => through(upstream, () => part)
  if (typeof part === 'function' && part.length === 0)
    return (upstream) => through(upstream, part as () => unknown, argument)
  return toPlan(part, argument)
}

function through(upstream: Recipe<unknown>, make: () => unknown, argument = 'stages'): Recipe<unknown> {
  return {
    mode: 'objects',
    depth: upstream.depth + 1,
    parts: [upstream],
    open(scope, place) {
      if (scope.face === 'iter')
        throw new ArgumentError(
          'source',
          'an async iterable or a stream, where a branch is a Duplex',
          'a sync iterable',
        )
      const duplex = make()
      if (!isDuplex(duplex))
        throw new ArgumentError(`what ${argument} returns`, 'a Node Duplex that is strictly 1:1')
      const recipe = new ReadableRecipe<unknown>(duplex, argument)
      pipeline(new CursorReadable(upstream, {}), duplex, () => undefined)
      return recipe.open(scope, place)
    },
  }
}

const isDuplex = (value: unknown): value is Duplex =>
  isObject(value) && isReadable(value) && typeof (value as { write?: unknown }).write === 'function'
