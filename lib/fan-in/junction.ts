import type { Cursor } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import type { Inputs } from './inputs.ts'

/** Turns many inputs into one output; `Out` differs from `In` where an output item is made of several input items. */
export interface Junction<In, Out = In> {
  readonly name: string
  /** Whether the inputs may give chunks of bytes. */
  readonly bytes: boolean
  /** Whether `inputs` may be an async iterable: only if the junction opens its inputs one by one. */
  readonly asyncList?: boolean
  /** Whether to keep the inputs as the caller gave them, by which they can be found again. */
  readonly keepsGiven?: boolean
  /**
   * A junction nested in another of the same name unfolds into it if all their settings are identical. Left out where the
   * output would change, which includes every junction whose `Out` is not its `In`.
   */
  readonly settings?: readonly unknown[]
  /** The mode of the output, if it does not follow from the inputs. */
  readonly output?: Mode
  /**
   * Throws if the options do not fit so many inputs. Called at the call if `inputs` is an array, and otherwise when all have
   * been opened.
   */
  checkCount?(count: number): void
  open(inputs: Inputs<In>, scope: Scope, place: Place): Cursor<Out>
}
