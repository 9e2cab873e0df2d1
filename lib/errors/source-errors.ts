import { FanpipeError } from './fanpipe-error.ts'
import { describeSource, sourceIndex, type SourcePath } from './origin.ts'
import { show } from './show.ts'

/** What went wrong while inputs were being closed, and what could no longer be thrown because the output was closed. */
export class CloseError extends FanpipeError {
  override get name(): string {
    return 'CloseError'
  }
  readonly code = 'ERR_FANPIPE_CLOSE'
  /** What the inputs threw on closing. */
  readonly faults: readonly unknown[]
  /** The inputs that had not closed after `closeTimeout`. */
  readonly unclosed: readonly SourcePath[]
  /** The errors of inputs that `errors: 'delay'` would have reported at the end, which was not reached. */
  readonly delayed: readonly unknown[]
  constructor(faults: readonly unknown[], unclosed: readonly SourcePath[], delayed: readonly unknown[] = []) {
    const parts = [
      ...delayed.map((error) => `delayed error: ${messageOf(error)}`),
      ...faults.map((fault) => `error while closing: ${messageOf(fault)}`),
      ...unclosed.map((path) => `${describeSource(path)} did not close in time`),
    ]
    super(parts.join('; '))
    this.faults = faults
    this.unclosed = unclosed
    this.delayed = delayed
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : show(error))

/** Wraps a primitive thrown by a source, because a Node stream cannot fail with one; `cause` holds the primitive. */
export class SourceError extends FanpipeError {
  override get name(): string {
    return 'SourceError'
  }
  readonly code = 'ERR_FANPIPE_SOURCE'
  readonly source: number
  readonly label: string | undefined
  constructor(path: SourcePath, cause: unknown) {
    super(`${describeSource(path)} failed with ${show(cause)}`, { cause })
    this.source = sourceIndex(path)
    this.label = path.at(-1)?.label
  }
}
