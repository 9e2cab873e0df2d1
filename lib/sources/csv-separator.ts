import { CsvCheck, isBlank } from './csv-check.ts'

const CANDIDATES = [...Buffer.from(',;\t|')]

/**
 * Finds what separates the cells of a table: the only candidate outside the quotes of the header, or, if there are several,
 * the only one by which the header and the next row have equally many cells.
 */
export class CsvSeparator {
  /** A check for which any candidate ends a cell: what it refuses is wrong by each of them. */
  readonly check: CsvCheck
  /** Rows that have passed, blank lines included. */
  rows = 0
  /** Where the header stands that does not tell, even with the next row, which candidate is meant. */
  ambiguous: { readonly row: number; readonly line: number } | undefined
  readonly #candidates: readonly number[]
  readonly #quote: number | undefined
  readonly #escape: number | undefined
  /** How often each candidate separates cells of the header. */
  #header: { readonly counts: readonly number[]; readonly row: number; readonly line: number } | undefined

  constructor(quote: number | undefined, escape: number | undefined, limit: number) {
    this.#candidates = CANDIDATES.filter((candidate) => candidate !== quote && candidate !== escape)
    this.#quote = quote
    this.#escape = escape
    this.check = new CsvCheck({ separators: this.#candidates, quote, escape }, limit)
  }

  /** Whether anything but blank lines has passed. */
  get hasHeader(): boolean {
    return this.#header !== undefined
  }

  /** The separator; undefined while more bytes are needed, and where there is none to be found. */
  find(bytes: Buffer, length: number, last: boolean): number | undefined {
    const { check } = this
    for (;;) {
      const start = check.rowStart
      const line = this.rows + check.innerLines + 1
      if (!check.passRow(bytes, length, last)) break
      const row = bytes.subarray(start, check.rowStart)
      this.rows++
      if (isBlank(row)) continue
      const counts = this.#count(row)
      const header = this.#header ?? { counts, row: this.rows, line }
      const left = this.#candidates.filter((_, i) => header.counts[i] !== 0 && header.counts[i] === counts[i])
      if (left.length === 1) return left[0]
      if (this.#header !== undefined) return this.#giveUp()
      if (left.length === 0) return this.#candidates[0]
      this.#header = header
    }
    if (!last || check.fault !== undefined) return undefined
    return this.#header === undefined ? this.#candidates[0] : this.#giveUp()
  }

  #giveUp(): undefined {
    this.ambiguous = this.#header
  }

  #count(row: Buffer): number[] {
    const counts = this.#candidates.map(() => 0)
    let isQuoted = false
    for (let i = 0; i < row.length; i++) {
      if (isQuoted && row[i] === this.#escape && row[i + 1] === this.#quote) i++
      else if (row[i] === this.#quote) isQuoted = !isQuoted
      else if (!isQuoted) {
        const candidate = this.#candidates.indexOf(row[i] as number)
        if (candidate !== -1) counts[candidate] = (counts[candidate] as number) + 1
      }
    }
    return counts
  }
}
