import { FanpipeError } from './fanpipe-error.ts'
import { describeSource, sourceIndex, type SourcePath } from './origin.ts'
import { show } from './show.ts'

/** Errors that occurred while inputs were being closed. */
export class CloseError extends FanpipeError {
  override get name(): string {
    return 'CloseError'
  }
  readonly code = 'ERR_FANPIPE_CLOSE'
  /** What the inputs threw on closing. */
  readonly faults: readonly unknown[]
  /** The inputs that had not closed after `closeTimeout`. */
  readonly unclosed: readonly SourcePath[]
  constructor(faults: readonly unknown[], unclosed: readonly SourcePath[]) {
    const parts = [
      ...faults.map(
        (fault) => `error while closing: ${fault instanceof Error ? fault.message : show(fault)}`,
      ),
      ...unclosed.map((path) => `${describeSource(path)} did not close in time`),
    ]
    super(parts.join('; '))
    this.faults = faults
    this.unclosed = unclosed
  }
}

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
