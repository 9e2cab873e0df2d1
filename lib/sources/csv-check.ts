/** The characters that make a table, as bytes. */
export interface CsvDialect {
  readonly separators: readonly number[]
  /** Undefined where quotes are text. */
  readonly quote: number | undefined
  /** What stands before a quote that belongs to the cell: the quote itself, or another character. */
  readonly escape: number | undefined
}

/** What is wrong with the first row that did not pass, and at which byte: a quote or a line end. */
export interface CsvFault {
  readonly kind: 'quote inside' | 'text after quote' | 'open quote' | 'line end' | 'too long'
  /** Counted from the start of the row. */
  readonly at: number
}

const LF = 10
export const CR = 13
const NONE = -1

/** Classes of bytes; those from QUOTE on are more than a part of a cell, or a cell's end. */
const TEXT = 0
const SEPARATOR = 1
const QUOTE = 2
const LINE_END = 3

/** Too few bytes to look for a quote in all of them at once. */
const FEW = 256

/**
 * Finds where the rows of a table end, and what no parser should guess at: a quote that neither opens nor closes a cell, a
 * line end of another kind than the first, a row that is too long. csv-parser would merge rows, or shift their cells.
 *
 * Bytes come in any pieces: a row is passed when it is whole, and every byte is looked at once. What is decided does not
 * depend on the pieces, so a fault counts only within the first `limit` bytes of its row; beyond them the row is too long.
 */
export class CsvCheck {
  fault: CsvFault | undefined
  /** Where the first row begins that has not passed. */
  rowStart = 0
  /** Line ends inside the quotes of rows that have passed. */
  innerLines = 0
  /** What ends lines: CR alone, or LF, with or without a CR before it. */
  lineEnd: typeof LF | typeof CR | undefined
  readonly dialect: CsvDialect
  readonly #limit: number
  readonly #quote: number
  readonly #escape: number
  readonly #outside = new Uint8Array(256)
  readonly #inside = new Uint8Array(256)
  /** The next byte to look at. */
  #at = 0
  /** Where the open quote is. */
  #opened = NONE
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

  /** Passes all rows that are whole: `rowStart` tells how far. `last`: no more bytes will come. */
  passRows(bytes: Buffer, length: number, last: boolean): void {
    if (!last && this.#passPlainRows(bytes, length)) return
    while (this.passRow(bytes, length, last));
  }

  /** Passes one more row if it is whole and sound. */
  passRow(bytes: Buffer, length: number, last: boolean): boolean {
    const outside = this.#outside
    let at = this.#at
    for (;;) {
      if (this.#opened !== NONE) at = this.#passQuoted(bytes, at, length, last)
      if (this.#opened !== NONE || this.fault !== undefined) break
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
      this.#opened = at++
    }
    this.#at = at
    return this.fault === undefined && this.#rest(length, last)
  }

  /** The bytes of the rows that have passed are gone. */
  forgetRows(): void {
    this.#at -= this.rowStart
    if (this.#opened !== NONE) this.#opened -= this.rowStart
    this.rowStart = 0
  }

  /** Whole rows without quotes, whose lines end in LF alone, are found at once. */
  #passPlainRows(bytes: Buffer, length: number): boolean {
    const { rowStart } = this
    const isShort = length - rowStart <= this.#limit
    if (this.lineEnd !== LF || this.#opened !== NONE || length - this.#at < FEW || !isShort) return false
    const fresh = bytes.subarray(this.#at, length)
    if (fresh.includes(CR) || (this.#quote !== NONE && fresh.includes(this.#quote))) return false
    const end = this.#at + fresh.lastIndexOf(LF) + 1
    if (end > this.#at) this.#passed(end)
    this.#at = length
    return true
  }

  /** Goes to the end of a quoted cell, or of the bytes. */
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
      } else if (byte === this.#escape && next === this.#quote) at += 2
      else if (byte !== this.#quote) at++
      else {
        this.#opened = NONE
        const following = this.#outside[next]
        if (following !== SEPARATOR && following !== LINE_END) this.#fail('text after quote', at, at + 1)
        return at + 1
      }
    }
    return at
  }

  /** Where the row ends that this LF or CR ends; NONE if it is a fault, or if more bytes are needed to tell. */
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

  /** What is left is no whole row, unless it is the last. */
  #rest(length: number, last: boolean): boolean {
    if (length - this.rowStart > this.#limit) this.fault = { kind: 'too long', at: 0 }
    else if (last && this.#opened !== NONE) this.#fail('open quote', this.#opened)
    else if (last && length > this.rowStart) return this.#passed(length)
    return false
  }

  /** Refuses the row; that byte `at` is wrong is known when byte `known` is. */
  #fail(kind: CsvFault['kind'], at: number, known = at): typeof NONE {
    const isReached = known - this.rowStart < this.#limit
    this.fault = isReached ? { kind, at: at - this.rowStart } : { kind: 'too long', at: 0 }
    return NONE
  }
}

/** Whether a row is nothing but its end. */
export const isBlank = (row: Buffer): boolean => row[0] === LF || row[0] === CR
