import { CsvCheck, isBlank } from './csv-check.ts'

const CANDIDATES = [...Buffer.from(',;\t|')]

/**
 * Detects the separator of a table: the only candidate that occurs outside quotes in the header, or, if there are several, the
 * only one that gives the header and the next row the same number of cells.
 */
export class CsvSeparator {
  /** Accepts every candidate as a separator, so whatever it rejects is invalid with any of them. */
  readonly check: CsvCheck
  /** The number of rows that have passed, including blank lines. */
  rows = 0
  /** The position of the header, if not even the next row decides between the candidates. */
  ambiguous: { readonly row: number; readonly line: number } | undefined
  readonly #candidates: readonly number[]
  readonly #quote: number | undefined
  readonly #escape: number | undefined
  /** The position of the header, and how often each candidate occurs in it. */
  #header: { readonly counts: readonly number[]; readonly row: number; readonly line: number } | undefined

  constructor(quote: number | undefined, escape: number | undefined, limit: number) {
    this.#candidates = CANDIDATES.filter((candidate) => candidate !== quote && candidate !== escape)
    this.#quote = quote
    this.#escape = escape
    this.check = new CsvCheck({ separators: this.#candidates, quote, escape }, limit)
  }

  /** Whether a row other than a blank line has passed. */
  get hasHeader(): boolean {
    return this.#header !== undefined
  }

  /** The separator; undefined if more bytes are needed, or if it cannot be decided (see `ambiguous`). */
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
      const remaining = this.#candidates.filter(
        (_, i) => header.counts[i] !== 0 && header.counts[i] === counts[i],
      )
      if (remaining.length === 1) return remaining[0]
      if (this.#header !== undefined) return this.#giveUp()
      if (remaining.length === 0) return this.#candidates[0]
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
      const next = row[i + 1]
      if (isQuoted && row[i] === this.#escape && (next === this.#quote || next === this.#escape)) i++
      else if (row[i] === this.#quote) isQuoted = !isQuoted
      else if (!isQuoted) {
        const candidate = this.#candidates.indexOf(row[i] as number)
        if (candidate !== -1) counts[candidate] = (counts[candidate] as number) + 1
      }
    }
    return counts
  }
}
