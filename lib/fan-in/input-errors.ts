import { ArgumentError, type SourcePath } from '../errors.ts'
import type { Cursor, DONE } from '../kernel/cursor.ts'
import type { Rule } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'

/** The option of the fan-ins that can continue without an input that fails. */
export interface InputErrorOptions {
  /**
   * What happens when an input fails. `'fail'`, the default, fails the output. `'delay'` closes and drops the input; when the
   * others have ended, the output fails with its error, or with an `AggregateError` if several inputs have failed. If the
   * output is closed before that, the errors become a process warning with the code `ERR_FANPIPE_CLOSE`. A function is
   * called with the error and with where it came from, as `sourceOf` returns it; the input is closed and dropped, and the
   * others continue. If the function throws, the output fails; if it returns a promise, which is an error in `fanpipe/iter`,
   * the output does not end before the promise has settled. An `ArgumentError` fails the output in any case.
   */
  errors?: 'fail' | 'delay' | ((error: unknown, source: SourcePath) => unknown) | undefined
}

export const inputErrorRules = {
  errors: {
    expected: "'fail', 'delay' or a function",
    holds: (value) => value === 'fail' || value === 'delay' || typeof value === 'function',
  },
} satisfies Record<string, Rule>

/** What a fan-in does about the errors of its inputs. Created for each opening, so it may keep state. */
export interface InputErrors {
  /**
   * Called with the error of an input that could not be opened, failed, or gave an item that the junction cannot use. Either
   * throws, which fails the fan-in, or returns DONE: the fan-in closes the input and continues as if it had ended.
   */
  onError(error: unknown, place: Place): typeof DONE
  /** A promise of the user's function is pending; when it has settled, the scope is woken. */
  readonly isReporting?: boolean
  /** Puts a cursor around the output, for a policy that has something to do at the end. */
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

/** An argument that cannot be used is a mistake in the program, which no policy may hide. */
export function rethrowMistake(error: unknown): void {
  if (error instanceof ArgumentError) throw error
}
