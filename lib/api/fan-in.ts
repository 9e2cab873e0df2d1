import { FanIn } from '../fan-in/fan-in.ts'
import { fanInRules, readFanInOptions } from '../fan-in/options.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { FaceAdapter, Rules } from './face-adapter.ts'

type AnyJunction = ConstructorParameters<typeof FanIn>[0]

/** Makes the function that a face exports for a fan-in; `rules` are those of the junction's own options. */
export function fanIn(
  { face, rules: faceRules, wrap }: FaceAdapter<Recipe<unknown>>,
  junction: (options: never) => AnyJunction,
  rules: Rules = {},
) {
  return (inputs: unknown, options: object = {}): never => {
    const settings = readFanInOptions(options, { ...fanInRules, ...faceRules, ...rules })
    return wrap(new FanIn(junction(settings as never), inputs, face, settings), settings) as never
  }
}
