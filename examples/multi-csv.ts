/** Many tables as one, one of them open at a time: filtered, projected, cast and fenced. */
import { pipeline } from 'node:stream/promises'
import { cast, chain, compose, csvSource, fence, filter, fromSource, map, project, toLines } from 'fanpipe'
import type { CsvRow, TextSource } from 'fanpipe'
import { dataset } from './support/data.ts'

/** The first hours that were at least `degrees` warm, table after table. */
export const warmHours = (tables: readonly TextSource[], degrees: number, first: number) =>
  compose(
    fromSource(() => chain(tables.map((table) => csvSource(table)))),
    filter((row: CsvRow) => Number(row['temp']) >= degrees),
    project(['date', 'temp']),
    cast({ date: 'date', temp: 'number' }),
    fence(first),
  )

export async function main(): Promise<void> {
  const tables = ['sf-temps.csv', 'seattle-temps.csv'].map(dataset)
  await pipeline(
    warmHours(tables, 72, 16),
    map(({ date, temp }: { date: Date; temp: number }) => `${date.toISOString()} ${temp} °F`),
    toLines(),
    process.stdout,
  )
}
