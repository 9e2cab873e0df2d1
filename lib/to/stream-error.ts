import { SourceError } from '../errors.ts'
import { isObject } from '../kernel/guards.ts'

/** The error to destroy a Node stream with: a stream cannot fail with a primitive, which becomes the `cause` of a SourceError. */
export const streamError = (error: unknown): Error =>
  isObject(error) ? (error as Error) : new SourceError([], error)
