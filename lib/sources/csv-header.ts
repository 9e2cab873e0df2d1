import { Place } from '../kernel/place.ts'
import { stepPlan } from '../stages/step.ts'
import { toAsyncIterable } from '../to/async-iterable.ts'
import { CsvRows } from './csv-rows.ts'
import { tableSettings } from './csv-source.ts'
import { checkEncoding, decoding } from './decoding.ts'
import { gunzipping } from './gunzip.ts'
import { textRecipe, type TextSource } from './text.ts'
import { Utf8Encoder } from './utf8-encoder.ts'

/** The names of the columns of a CSV file, in their order; none if it is empty. Reads no further than it must. */
export async function csvHeader(source: TextSource): Promise<readonly string[]> {
  const rows = new CsvRows(tableSettings({}), Place.root())
  const encoder = new Utf8Encoder()
  const encoding = checkEncoding(undefined, source)
  const decode = stepPlan<unknown, string | Uint8Array>((place) => decoding(encoding, 'replace', place))
  const chunks = decode(gunzipping('decompress')(textRecipe(source)))
  for await (const chunk of toAsyncIterable(chunks, {})) {
    rows.add(encoder.encode(chunk), false)
    if (rows.columns !== undefined || rows.failure !== undefined) break
  }
  if (rows.columns === undefined && rows.failure === undefined) rows.add(encoder.end(), true)
  if (rows.columns !== undefined) return rows.columns
  if (rows.failure !== undefined) throw rows.failure
  return []
}
