import type { SourcePath } from '../errors.ts'
import { isObject } from '../kernel/guards.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'

/** The error of an input, kept until that input's turn. */
export interface Failure {
  readonly error: unknown
  /** Where the error came from. Kept here because another input may fail with the same error while this one waits. */
  readonly path: SourcePath | undefined
}

export function holdFailure(thrown: unknown, scope: Scope, place: Place): Failure {
  const error = scope.normalizeError(thrown, place)
  return { error, path: isObject(error) ? place.origins.pathOf(error) : undefined }
}

/** It is the input's turn: gives the error, with its origin recorded again. */
export function releaseFailure({ error, path }: Failure, place: Place): unknown {
  if (path !== undefined) place.origins.note(error as object, path)
  return error
}
