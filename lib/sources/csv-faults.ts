import type { Place } from '../kernel/place.ts'
import { FormatError, LimitError, show } from '../errors.ts'
import type { CsvFault } from './csv-check.ts'

/** The position of a row, for error messages. */
export interface RowPosition {
  readonly place: Place
  /** Counted from 1, including the header and blank lines. */
  readonly row: number
  /** The line in which it begins, from 1. */
  readonly line: number
  /** Its index as an item. */
  readonly index: number
}

const QUOTES_ARE_TEXT = 'or set quote: false if quotes are plain text'
const EXPLAINED = {
  'quote inside': `a quote in a cell that does not begin with one: double it and quote the cell, ${QUOTES_ARE_TEXT}`,
  'text after quote': `text after the quote that ends a cell: double the quotes inside a quoted cell, ${QUOTES_ARE_TEXT}`,
  'open quote': `a quote that is never closed: close it, ${QUOTES_ARE_TEXT}`,
  'line end':
    'a line end of another kind than the first (LF and CRLF are one kind, CR alone is another): quote cells with line ends',
}

/** How many characters of a row a message shows. */
const SHOWN = 30
const LINE_END = /\r\n|\r|\n/

/** The error for an invalid row; `bytes` are those up to and including the offending quote or line end. */
export function faultyRow(
  kind: CsvFault['kind'],
  bytes: Buffer,
  limit: number,
  position: RowPosition,
): FormatError | LimitError {
  if (kind === 'too long') {
    const { place, row, index } = position
    const what = `row ${row}: longer than ${limit} bytes (maxRowBytes); a quote that is never closed joins rows`
    return new LimitError(place, index, limit, what)
  }
  const text = bytes.toString()
  const lines = text.slice(0, -1).split(LINE_END)
  const at = { line: position.line + lines.length - 1, column: (lines.at(-1) as string).length + 1 }
  return rowError(position, `after ${show(text.slice(-SHOWN))}, ${EXPLAINED[kind]}`, at)
}

export function raggedRow(position: RowPosition, cells: number, columns: number): FormatError {
  const counts = `${pluralize(cells, 'cell')}, but ${pluralize(columns, 'column')}`
  return rowError(position, `${counts}; set ragged: 'keep' to read such rows`)
}

export const duplicateColumn = (position: RowPosition, name: string): FormatError =>
  rowError(position, `two columns have the name ${show(name)}`)

export const unknownSeparator = (position: RowPosition): FormatError =>
  rowError(
    position,
    'more than one of , ; tab and | could be the separator, as both the header and the next row fit: pass the separator option',
  )

/** The number of line ends inside the cells. */
export function lineEndsIn(rows: readonly Readonly<Record<string, string>>[]): number {
  let ends = 0
  for (const row of rows) for (const cell of Object.values(row)) ends += cell.split(LINE_END).length - 1
  return ends
}

function rowError(
  { place, row, line, index }: RowPosition,
  what: string,
  at: { line: number; column?: number } = { line },
): FormatError {
  return new FormatError(place, index, `row ${row}: ${what}`, at)
}

const pluralize = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
