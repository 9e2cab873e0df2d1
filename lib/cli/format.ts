import { UsageError } from './usage.ts'

/** What a file consists of. */
export type Format = 'csv' | 'tsv' | 'ndjson' | 'lines'

export const FORMATS = 'csv, tsv, ndjson or lines'

const ENDINGS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
}

/** The format that the ending of a name stands for. */
export function formatOf(name: string): Format {
  const ending = /\.([a-z]+)(?:\.gz)?$/.exec(name.toLowerCase())?.[1] ?? ''
  return Object.hasOwn(ENDINGS, ending) ? (ENDINGS[ending] as Format) : 'lines'
}

export function readFormat(option: string, text: string): Format {
  if (text === 'csv' || text === 'tsv' || text === 'ndjson' || text === 'lines') return text
  throw new UsageError(`--${option} ${text}: not a format: give ${FORMATS}`)
}

export const isTable = (format: Format): boolean => format === 'csv' || format === 'tsv'

export const separatorOf = (format: Format): string => (format === 'tsv' ? '\t' : ',')
