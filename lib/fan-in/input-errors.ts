import type { Cursor, DONE } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'

/** What a fan-in does about the errors of its inputs. Created for each opening, so it may keep state. */
export interface InputErrors {
  /**
   * Called with the error of an input that could not be opened, failed, or gave an item that the junction cannot use. Either
   * throws, which fails the fan-in, or returns DONE: the fan-in closes the input and continues as if it had ended.
   */
  onError(error: unknown, place: Place): typeof DONE
  /** Puts a cursor around the output, for a policy that reports errors at the end. */
  wrapOutput<Out>(output: Cursor<Out>): Cursor<Out>
}

export type ErrorPolicy = (scope: Scope, place: Place) => InputErrors

/** An error in one input fails the whole fan-in. */
export const fail: ErrorPolicy = () => ({
  onError: (error) => {
    throw error
  },
  wrapOutput: (output) => output,
})
