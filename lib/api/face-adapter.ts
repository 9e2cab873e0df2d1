import type { Rule } from '../kernel/options.ts'
import type { Face } from '../kernel/scope.ts'

export type Rules = Readonly<Record<string, Rule>>

/** How a face returns what a junction made: the recipe of a fan-in, or a branch of a fan-out. */
export interface FaceAdapter<Made, Wrapped = unknown> {
  readonly face: Face
  /** The options that every junction of the face takes. */
  readonly rules: Rules
  /** What the caller gets; `options` were checked before. */
  readonly wrap: (made: Made, options: object) => Wrapped
}
