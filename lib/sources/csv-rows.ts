import type { Place } from '../kernel/place.ts'
import { CsvCheck, isBlank } from './csv-check.ts'
import { CsvColumns, duplicateOf } from './csv-columns.ts'
import {
  duplicateColumn,
  faultyRow,
  lineEndsIn,
  raggedRow,
  unknownSeparator,
  type RowPosition,
} from './csv-faults.ts'
import { CsvSeparator } from './csv-separator.ts'
import type { CsvSettings } from './csv-settings.ts'
import { HeldBytes } from './held-bytes.ts'
import { Skipped } from './skipped.ts'
import { wholeRowParser } from './whole-rows.ts'

/** A row by its columns' names. */
export type CsvRow = Record<string, string>

/**
 * Parses bytes into rows. csv-parser is given only complete rows that have passed the check: it would scan an incomplete row
 * again with every chunk, and would guess at invalid ones.
 */
export class CsvRows {
  /** The rows that were completed by the last `add`. */
  rows: CsvRow[] = []
  /** The error to throw after these rows. */
  failure: Error | undefined
  readonly #settings: CsvSettings
  readonly #place: Place
  readonly #held = new HeldBytes()
  /** Set until the separator is known. */
  #search: CsvSeparator | undefined
  #check: CsvCheck
  #columns: CsvColumns | undefined
  #parse: ((rows: Buffer) => void) | undefined
  /** How many rows were read, including the header and blank lines. */
  #read = 0
  /** How many of them are items. */
  #items = 0
  /** The rows that are not items. */
  readonly #skipped = new Skipped()
  /** The number of line ends inside quotes, in the rows before `rows`. */
  #innerLines = 0

  constructor(settings: CsvSettings, place: Place) {
    const { separator, quote, escape, headers, maxRowBytes } = settings
    this.#settings = settings
    this.#place = place
    if (separator === undefined) this.#search = new CsvSeparator(quote, escape, maxRowBytes)
    this.#check = this.#search?.check ?? this.#checkBy(separator as number)
    if (Array.isArray(headers)) this.#columns = new CsvColumns(headers as string[], maxRowBytes)
  }

  /** The names of the columns in their order, once they are known. */
  get columns(): readonly string[] | undefined {
    return this.#columns?.names
  }

  /** `last` means that no more bytes will follow. */
  add(bytes: Uint8Array, last: boolean): void {
    this.rows = []
    this.#innerLines = this.#check.innerLines
    this.#held.append(bytes)
    if (this.#findSeparator(last) && this.#findColumns(last)) this.#readRows(last)
    const { fault, rowStart, innerLines } = this.#check
    if (fault === undefined || this.failure !== undefined) return
    const row = this.#held.bytes.subarray(rowStart, rowStart + fault.at + 1)
    this.failure = faultyRow(fault.kind, row, this.#settings.maxRowBytes, this.#nextRow(innerLines))
  }

  /** The row number of an item, counting the header and blank lines; undefined if it is no longer known. */
  rowNumber(index: number): number | undefined {
    const skipped = this.#skipped.before(index)
    return skipped === undefined ? undefined : index + 1 + skipped
  }

  /** The line in which the row of an item begins; known only of the rows that were completed by the last `add`. */
  lineNumber(index: number): number | undefined {
    const row = this.rowNumber(index)
    const rowsBefore = index - (this.#items - this.rows.length)
    if (row === undefined || rowsBefore < 0) return undefined
    return row + this.#innerLines + lineEndsIn(this.rows.slice(0, rowsBefore))
  }

  #checkBy(separator: number): CsvCheck {
    const { quote, escape, maxRowBytes } = this.#settings
    return new CsvCheck({ separators: [separator], quote, escape }, maxRowBytes)
  }

  /** Whether the separator is known now. */
  #findSeparator(last: boolean): boolean {
    const search = this.#search
    if (search === undefined) return true
    const separator = search.find(this.#held.bytes, this.#held.length, last)
    if (separator !== undefined) {
      this.#search = undefined
      this.#check = this.#checkBy(separator)
      this.#check.lineEnd = search.check.lineEnd
      return true
    }
    if (!search.hasHeader) {
      this.#skip(search.rows - this.#read)
      this.#dropPassedRows()
    }
    if (search.check.fault !== undefined) this.#read = search.rows
    if (search.ambiguous !== undefined) {
      this.failure = unknownSeparator({ place: this.#place, index: 0, ...search.ambiguous })
    }
    return false
  }

  /** Whether the columns are known now, or there are no named columns. */
  #findColumns(last: boolean): boolean {
    if (this.#columns !== undefined || this.#settings.headers === false) return true
    const { bytes, length } = this.#held
    const check = this.#check
    for (;;) {
      const start = check.rowStart
      const position = this.#nextRow(check.innerLines)
      if (!check.passRow(bytes, length, last)) {
        this.#dropPassedRows()
        return false
      }
      this.#skip()
      const row = bytes.subarray(start, check.rowStart)
      if (isBlank(row)) continue
      this.#innerLines = check.innerLines
      return this.#setColumns(row, position)
    }
  }

  /** False if two columns have the same name. */
  #setColumns(header: Buffer, position: RowPosition): boolean {
    let names: readonly string[] = []
    const parse = this.#parser(false, (row: readonly string[]) => void (names = Object.values(row)))
    parse(header)
    const duplicate = duplicateOf(names)
    if (duplicate === undefined) this.#columns = new CsvColumns(names, this.#settings.maxRowBytes)
    else this.failure = duplicateColumn(position, duplicate)
    return duplicate === undefined
  }

  #readRows(last: boolean): void {
    const { bytes, length } = this.#held
    const check = this.#check
    const start = check.rowStart
    check.passRows(bytes, length, last)
    if (check.rowStart > start) {
      this.#parse ??= this.#parser(
        this.#columns?.keys ?? false,
        this.#columns === undefined ? this.#addNumbered : this.#addNamed,
      )
      this.#parse(bytes.subarray(start, check.rowStart))
    }
    this.#dropPassedRows()
  }

  /** Removes the rows that have passed. */
  #dropPassedRows(): void {
    this.#held.drop(this.#check.rowStart)
    this.#check.forgetRows()
  }

  #parser<R>(headers: readonly string[] | false, onRow: (row: R) => void): (rows: Buffer) => void {
    return wholeRowParser(this.#check.dialect, headers, this.#check.lineEnd, onRow)
  }

  #addNumbered = (row: CsvRow): void => {
    if (row[0] === undefined) this.#skip()
    else this.#add(row)
  }

  #addNamed = (row: CsvRow): void => {
    const columns = this.#columns as CsvColumns
    if (typeof row[columns.last] !== 'string' || row[columns.surplus] !== undefined) {
      const cells = Object.keys(row).length
      if (cells === 0) {
        this.#skip()
        return
      }
      if (this.#settings.ragged === 'fail') {
        this.failure ??= raggedRow(
          this.#nextRow(this.#innerLines + lineEndsIn(this.rows)),
          cells,
          columns.count,
        )
        return
      }
    }
    this.#add(columns.named(row))
  }

  #add(row: CsvRow): void {
    if (this.failure !== undefined) return
    this.#read++
    this.#items++
    this.rows.push(row)
  }

  /** Counts rows that are not items. */
  #skip(count = 1): void {
    this.#read += count
    this.#skipped.add(this.#items, count)
  }

  /** The position of the next row, given the number of line ends inside quotes before it. */
  #nextRow(innerLines: number): RowPosition {
    const row = this.#read + 1
    return { place: this.#place, row, line: row + innerLines, index: this.#items }
  }
}
