/** The error that an aborted output fails with, shaped like Node's own. */
export function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause })
  error.name = 'AbortError'
  return Object.assign(error, { code: 'ABORT_ERR' })
}

/**
 * The error that a part of a `stream.pipeline` fails with when the pipeline's own signal aborts. The part does not know why the
 * pipeline ended, but Node then pushes the error that ended it into `errors`; from then on this error reads as that one.
 */
export class PipelineAbortError extends Error {
  declare readonly errors: Error[]
  readonly #reason: unknown

  constructor(reason: unknown) {
    super('The operation was aborted')
    this.#reason = reason
    Object.defineProperty(this, 'errors', { value: [] })
  }

  override get name(): string {
    return this.errors[0]?.name ?? 'AbortError'
  }

  get code(): unknown {
    const [error] = this.errors as NodeJS.ErrnoException[]
    return error === undefined ? 'ABORT_ERR' : error.code
  }

  override get cause(): unknown {
    const [error] = this.errors
    return error === undefined ? this.#reason : error.cause
  }
}

/** An error like Node's own for a stream that closed before it ended. */
export function prematureClose(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}
