import csvParser from 'csv-parser'
import { CR, type CsvDialect } from './csv-check.ts'

const done = (): void => undefined
const character = (byte: number): string => String.fromCharCode(byte)

/**
 * csv-parser for whole rows, and without a stream around it: rows come out before the call returns. The bytes are written
 * to where quotes are doubled.
 */
export function wholeRowParser<R>(
  { separators: [separator], quote, escape }: CsvDialect,
  headers: readonly string[] | false,
  lineEnd: number | undefined,
  onRow: (row: R) => void,
): (rows: Buffer) => void {
  const parser = csvParser({
    separator: character(separator as number),
    quote: quote === undefined ? '' : character(quote),
    ...(escape === undefined ? {} : { escape: character(escape) }),
    headers,
    newline: lineEnd === CR ? '\r' : '\n',
  })
  parser.push = (row: R) => {
    onRow(row)
    return true
  }
  return (rows) => {
    parser._transform(rows, 'utf8', done)
    parser._flush(done)
  }
}
