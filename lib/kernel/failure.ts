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
  keepFailure(scope.normalizeError(thrown, place), scope, place)

/**
 * Keeps an error that has been normalized already, as that of the upstream of a stage. If it is never released it is dropped,
 * unless it stands for errors that were delayed, which are to be reported in any case.
 */
export function keepFailure(error: unknown, scope: Scope, { origins }: Place): Failure {
  const failure = { error, path: isObject(error) ? origins.pathOf(error) : undefined }
  const delayed = isObject(error) ? origins.delayedIn(error) : undefined
  if (delayed !== undefined) scope.cleanup.kept.set(failure, delayed)
  return failure
}

/** It is the input's turn: gives the error, with its origin recorded again. */
export function releaseFailure(failure: Failure, scope: Scope, { origins }: Place): unknown {
  const { error, path } = failure
  scope.cleanup.kept.delete(failure)
  if (path !== undefined) origins.note(error as object, path)
  return error
}
