import { ItemError } from './item-error.ts'
import type { Origin } from './origin.ts'

/** An item is `null`, which would end a Node stream. */
export class NullItemError extends ItemError {
  override get name(): string {
    return 'NullItemError'
  }
  readonly code = 'ERR_FANPIPE_NULL'
  constructor(origin: Origin, index: number) {
    super(
      origin,
      index,
      `, ${origin.item(index)} is null, which ends a Node stream: map it to something else, or use fanpipe/async`,
    )
  }
}

/** A line, row or group is longer than its limit, or there are more distinct items or pages than the limit allows. */
export class LimitError extends ItemError {
  override get name(): string {
    return 'LimitError'
  }
  readonly code = 'ERR_FANPIPE_LIMIT'
  readonly limit: number
  /** `what` names the item as well: `line 3: longer than …`. */
  constructor(origin: Origin, index: number, limit: number, what: string) {
    super(origin, index, `, ${what}`)
    this.limit = limit
  }
}

/** The position in a text, counted from 1, or the name of a column, and the cause. */
export interface FormatErrorOptions extends ErrorOptions {
  line?: number | undefined
  column?: number | string | undefined
}

/** The input is malformed: a table, a row, a value, a page, or a text in another encoding. */
export class FormatError extends ItemError {
  override get name(): string {
    return 'FormatError'
  }
  readonly code = 'ERR_FANPIPE_FORMAT'
  /** The name of the source, if it has one. */
  readonly label: string | undefined
  /** The line of the text, from 1, if known. */
  readonly line: number | undefined
  /** The position in that line, from 1, or the name of the column of a table, if known. */
  readonly column: number | string | undefined
  /** `what` names the item as well: `item 3: no column "n"`. */
  constructor(origin: Origin, index: number, what: string, options: FormatErrorOptions = {}) {
    super(origin, index, `, ${what}`, options)
    this.label = origin.label
    this.line = options.line
    this.column = options.column
  }
}
