import csvParser from 'csv-parser'
import { CR, type CsvDialect } from './csv-check.ts'

const noop = (): void => undefined
const character = (byte: number): string => String.fromCharCode(byte)

/**
 * Runs csv-parser synchronously, without its stream: `onRow` is called for each row before the call returns. It must be passed
 * whole rows, and overwrites those bytes where quotes are doubled.
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
    parser._transform(rows, 'utf8', noop)
    parser._flush(noop)
  }
}
