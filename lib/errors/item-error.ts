import { FanpipeError } from './fanpipe-error.ts'
import { describeSource, sourceIndex, type Origin } from './origin.ts'

/** The base class of errors about one item of a source. */
export abstract class ItemError extends FanpipeError {
  /** The index of the source among the inputs of its junction. */
  readonly source: number
  /** The index of the item within its source, from 0. */
  readonly index: number
  constructor(origin: Origin, index: number, message: string, options?: ErrorOptions) {
    const path = origin.path()
    super(`${describeSource(path, origin.label)}${message}`, options)
    this.source = sourceIndex(path)
    this.index = index
  }
}
