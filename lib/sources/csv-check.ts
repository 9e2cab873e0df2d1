/** The special characters of a CSV table, as bytes. */
export interface CsvDialect {
  readonly separators: readonly number[]
  /** Undefined if quotes are ordinary text. */
  readonly quote: number | undefined
  /** What stands before a quote that is part of the cell: another quote, or an escape character, which also escapes itself. */
  readonly escape: number | undefined
}

/** Why a row is invalid, and at which byte: that of a quote or a line end. */
export interface CsvFault {
  readonly kind: 'quote inside' | 'text after quote' | 'open quote' | 'line end' | 'too long'
  /** Counted from the start of the row. */
  readonly at: number
}

const LF = 10
export const CR = 13
const NONE = -1

/** Classes of bytes. Outside quotes, a scan stops at the classes from QUOTE on. */
const TEXT = 0
const SEPARATOR = 1
const QUOTE = 2
const LINE_END = 3

/** With fewer bytes, scanning them for quotes in advance does not pay. */
const MIN_BYTES_FOR_FAST_PATH = 256

/**
 * Finds where the rows of a table end, and rejects what a parser would have to guess at: a quote that neither opens nor closes
 * a cell, a line end of a different kind than the first, a row that is too long. csv-parser would silently merge such rows, or
 * shift their cells.
 *
 * Bytes may arrive in any chunks. A row passes once it is complete, and each byte is scanned once. The result does not depend on
 * the chunks: a fault counts only within the first `limit` bytes of its row, and beyond those the row is too long.
 */
export class CsvCheck {
  fault: CsvFault | undefined
  /** Where the first row that has not passed begins. */
  rowStart = 0
  /** Line ends inside the quotes of rows that have passed. */
  innerLines = 0
  /** The kind of line end of this table: CR alone, or LF with or without a CR before it. */
  lineEnd: typeof LF | typeof CR | undefined
  readonly dialect: CsvDialect
  readonly #limit: number
  readonly #quote: number
  readonly #escape: number
  readonly #outside = new Uint8Array(256)
  readonly #inside = new Uint8Array(256)
  /** The next byte to scan. */
  #at = 0
  /** The position of the open quote, or NONE. */
  #openQuote = NONE
  #innerLinesOfRow = 0

  constructor(dialect: CsvDialect, limit: number) {
    const { separators, quote = NONE, escape = NONE } = dialect
    this.dialect = dialect
    this.#limit = limit
    this.#quote = quote
    this.#escape = escape
    for (const separator of separators) this.#outside[separator] = SEPARATOR
    this.#outside[LF] = this.#outside[CR] = LINE_END
    this.#inside[LF] = this.#inside[CR] = LINE_END
    if (quote === NONE) return
    this.#outside[quote] = this.#inside[quote] = this.#inside[escape] = QUOTE
  }

  /** Passes all complete rows and moves `rowStart` behind them. `last` means that no more bytes will follow. */
  passRows(bytes: Buffer, length: number, last: boolean): void {
    if (!last && this.#passPlainRows(bytes, length)) return
    while (this.passRow(bytes, length, last));
  }

  /** Passes one more row if it is complete and valid. */
  passRow(bytes: Buffer, length: number, last: boolean): boolean {
    const outside = this.#outside
    let at = this.#at
    for (;;) {
      if (this.#openQuote !== NONE) at = this.#passQuoted(bytes, at, length, last)
      if (this.#openQuote !== NONE || this.fault !== undefined) break
      let kind = TEXT
      while (at < length && (kind = outside[bytes[at] as number] as number) < QUOTE) at++
      if (at === length) break
      if (kind === LINE_END) {
        const end = this.#lineEnd(bytes, at, length, last)
        if (end !== NONE) return this.#passed(end)
        break
      }
      if (at > this.rowStart && outside[bytes[at - 1] as number] !== SEPARATOR) {
        this.#fail('quote inside', at)
        break
      }
      this.#openQuote = at++
    }
    this.#at = at
    return this.fault === undefined && this.#passLastRow(length, last)
  }

  /** Adjusts the positions after the caller has removed the bytes of the rows that have passed. */
  forgetRows(): void {
    this.#at -= this.rowStart
    if (this.#openQuote !== NONE) this.#openQuote -= this.rowStart
    this.rowStart = 0
  }

  /** The fast path: if the new bytes contain no quote and no CR, only the last LF matters. */
  #passPlainRows(bytes: Buffer, length: number): boolean {
    const { rowStart } = this
    const isShort = length - rowStart <= this.#limit
    if (
      this.lineEnd !== LF ||
      this.#openQuote !== NONE ||
      length - this.#at < MIN_BYTES_FOR_FAST_PATH ||
      !isShort
    )
      return false
    const fresh = bytes.subarray(this.#at, length)
    if (fresh.includes(CR) || (this.#quote !== NONE && fresh.includes(this.#quote))) return false
    const end = this.#at + fresh.lastIndexOf(LF) + 1
    if (end > this.#at) this.#passed(end)
    this.#at = length
    return true
  }

  /** Scans to the end of a quoted cell, or of the bytes. */
  #passQuoted(bytes: Buffer, from: number, length: number, last: boolean): number {
    const inside = this.#inside
    let at = from
    while (at < length) {
      const kind = inside[bytes[at] as number]
      if (kind === TEXT) {
        at++
        continue
      }
      if (at + 1 === length && !last) return at
      const byte = bytes[at]
      const next = at + 1 === length ? LF : (bytes[at + 1] as number)
      if (kind === LINE_END) {
        if (byte === LF || next !== LF) this.#innerLinesOfRow++
        at++
      } else if (byte === this.#escape && (next === this.#quote || next === byte)) at += 2
      else if (byte !== this.#quote) at++
      else {
        this.#openQuote = NONE
        const following = this.#outside[next]
        if (following !== SEPARATOR && following !== LINE_END) this.#fail('text after quote', at, at + 1)
        return at + 1
      }
    }
    return at
  }

  /** The end of the row that this LF or CR terminates; NONE if the line end is invalid, or if more bytes are needed to decide. */
  #lineEnd(bytes: Buffer, at: number, length: number, last: boolean): number {
    if (bytes[at] === LF) {
      this.lineEnd ??= LF
      return this.lineEnd === LF ? at + 1 : this.#fail('line end', at)
    }
    if (at + 1 === length && !last) return NONE
    const isPair = at + 1 < length && bytes[at + 1] === LF
    this.lineEnd ??= isPair ? LF : CR
    if (isPair !== (this.lineEnd === LF)) return this.#fail('line end', at, Math.min(at + 1, length - 1))
    return isPair ? at + 2 : at + 1
  }

  #passed(end: number): boolean {
    if (end - this.rowStart > this.#limit) {
      this.fault = { kind: 'too long', at: 0 }
      return false
    }
    this.rowStart = this.#at = end
    this.innerLines += this.#innerLinesOfRow
    this.#innerLinesOfRow = 0
    return true
  }

  /** An incomplete row passes only at the end of the input. */
  #passLastRow(length: number, last: boolean): boolean {
    if (length - this.rowStart > this.#limit) this.fault = { kind: 'too long', at: 0 }
    else if (last && this.#openQuote !== NONE) this.#fail('open quote', this.#openQuote)
    else if (last && length > this.rowStart) return this.#passed(length)
    return false
  }

  /** Rejects the row for the byte at `at`; `decidedAt` is the byte that had to be read to know that. */
  #fail(kind: CsvFault['kind'], at: number, decidedAt = at): typeof NONE {
    const isWithinLimit = decidedAt - this.rowStart < this.#limit
    this.fault = isWithinLimit ? { kind, at: at - this.rowStart } : { kind: 'too long', at: 0 }
    return NONE
  }
}

/** Whether the row is a blank line. */
export const isBlank = (row: Buffer): boolean => row[0] === LF || row[0] === CR
