import { Place } from '../kernel/place.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'
import { CsvRows } from './csv-rows.ts'
import { tableSettings, type CsvOptions } from './csv-source.ts'
import { csvText } from './csv-text.ts'
import type { TextSource } from './text.ts'
import { Utf8Encoder } from './utf8-encoder.ts'

/** The names of the columns of a CSV file, in their order; none if it is empty. Reads no further than it must. */
export async function csvHeader(source: TextSource, options: CsvOptions = {}): Promise<readonly string[]> {
  const rows = new CsvRows(tableSettings(options), Place.root())
  const encoder = new Utf8Encoder()
  for await (const chunk of toAsyncIterable(csvText(source, options), {})) {
    rows.add(encoder.encode(chunk), false)
    if (rows.columns !== undefined || rows.failure !== undefined) break
  }
  if (rows.columns === undefined && rows.failure === undefined) rows.add(encoder.end(), true)
  if (rows.columns !== undefined) return rows.columns
  if (rows.failure !== undefined) throw rows.failure
  return []
}
