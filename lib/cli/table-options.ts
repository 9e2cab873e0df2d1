import type { ArgumentError } from '../errors.ts'
import { csvSource, type CsvOptions } from '../index.ts'
import { LONGEST } from './read-files.ts'
import { UsageError, type OptionSpec, type Parsed } from './usage.ts'

/** The options of the commands that read tables. */
export const tableOptions = {
  separator: {
    value: 'CHAR',
    help: 'what separates the cells of the tables to read, \\t for a tab; by default it is detected',
  },
  quote: {
    value: 'CHAR',
    help: 'what encloses a cell with a separator in it, " by default; the word none if quotes are text',
  },
  ragged: {
    help: 'rows may have fewer cells than the header, or more if the output is NDJSON',
  },
  encoding: {
    value: 'LABEL',
    help: 'encoding of the files, such as latin1 or utf-16le; the output is UTF-8',
  },
} satisfies Record<string, OptionSpec>

/** How tables are read. Bytes that are not of the encoding are an error: no cell is changed. */
export function readTableOptions(parsed: Parsed, hasTables: boolean): CsvOptions {
  const [separator, quote] = [parsed.get('separator'), parsed.get('quote')]
  for (const option of ['separator', 'quote', 'ragged'])
    if (parsed.has(option) && !hasTables) throw new UsageError(`--${option} is for tables`)
  const options: CsvOptions = {
    separator: separator === '\\t' ? '\t' : separator,
    quote: quote === 'none' ? false : quote,
    ragged: parsed.has('ragged') ? 'keep' : 'fail',
    encoding: parsed.get('encoding'),
    invalid: 'fail',
    maxRowBytes: LONGEST,
  }
  try {
    csvSource([], options)
  } catch (error) {
    const { argument, expected } = error as ArgumentError
    throw new UsageError(`--${argument} must be ${expected}`)
  }
  return options
}
