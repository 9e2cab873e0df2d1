import type { SourcePath } from '../errors.ts'
import { isObject } from './guards.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'

/** The error of an input, held back until that input's turn. */
export interface Failure {
  readonly error: unknown
  /** Where the error came from. Recorded here because another input may fail with the same error while this one waits. */
  readonly path: SourcePath | undefined
}

/** Holds back what an input has thrown. */
export const holdFailure = (thrown: unknown, scope: Scope, place: Place): Failure =>
  holdNormalized(scope.normalizeError(thrown, place), scope, place)

/**
 * Holds back an error that was normalized before, such as one of a stage's upstream. If it is never released it is dropped, except
 * that the delayed errors it stands for are still reported.
 */
export function holdNormalized(error: unknown, scope: Scope, { origins }: Place): Failure {
  const failure = { error, path: isObject(error) ? origins.pathOf(error) : undefined }
  const delayed = isObject(error) ? origins.delayedIn(error) : undefined
  if (delayed !== undefined) scope.cleanup.heldDelayed.set(failure, delayed)
  return failure
}

/** It is the input's turn: gives the error, with its origin recorded again. */
export function releaseFailure(failure: Failure, scope: Scope, { origins }: Place): unknown {
  const { error, path } = failure
  scope.cleanup.heldDelayed.delete(failure)
  if (path !== undefined) origins.note(error as object, path)
  return error
}
