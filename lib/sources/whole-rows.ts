import csvParser from 'csv-parser'
import { CR, type CsvDialect } from './csv-check.ts'

const noop = (): void => undefined
const character = (byte: number): string => String.fromCharCode(byte)

/**
 * Runs csv-parser synchronously, without its stream: `onRow` is called for each row before the call returns. The bytes passed in
 * must be whole rows, and are overwritten if they contain escaped characters.
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
    headers,
    newline: lineEnd === CR ? '\r' : '\n',
  })
  parser.push = (row: R) => {
    onRow(row)
    return true
  }
  return (rows) => {
    const doubled = escape === quote ? rows : withDoubledQuotes(rows, quote as number, escape as number)
    parser._transform(doubled, 'utf8', noop)
    parser._flush(noop)
  }
}

/**
 * Replaces an escape character before a quote by a quote, and reduces two escape characters to one, because csv-parser does not
 * know that an escape character can be escaped. Works in place.
 */
function withDoubledQuotes(rows: Buffer, quote: number, escape: number): Buffer {
  let length = 0
  let isQuoted = false
  for (let i = 0; i < rows.length; i++) {
    let byte = rows[i] as number
    if (byte === quote) isQuoted = !isQuoted
    else if (isQuoted && byte === escape) {
      const next = rows[i + 1]
      if (next === quote || next === escape) i++
      if (next === quote) rows[length++] = byte = quote
    }
    rows[length++] = byte
  }
  return rows.subarray(0, length)
}
