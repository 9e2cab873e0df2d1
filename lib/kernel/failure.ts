import type { SourcePath } from '../errors.ts'
import { isObject } from './guards.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'

/** The error of an input, kept until that input's turn. */
export interface Failure {
  readonly error: unknown
  /** Where the error came from. Kept here because another input may fail with the same error while this one waits. */
  readonly path: SourcePath | undefined
}

/** Keeps what an input has thrown. */
export const holdFailure = (thrown: unknown, scope: Scope, place: Place): Failure =>
  keepFailure(scope.normalizeError(thrown, place), place)

/** Keeps an error that has been normalized already, as that of the upstream of a stage. */
export const keepFailure = (error: unknown, place: Place): Failure => ({
  error,
  path: isObject(error) ? place.origins.pathOf(error) : undefined,
})

/** It is the input's turn: gives the error, with its origin recorded again. */
export function releaseFailure({ error, path }: Failure, place: Place): unknown {
  if (path !== undefined) place.origins.note(error as object, path)
  return error
}
