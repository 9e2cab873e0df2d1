/** Stages over rows keep the types of columns that they do not change. */
import * as f from 'fanpipe'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

interface Row {
  n: string
  at: Date
  tag?: string
}
const rows: Row[] = []

for (const row of i.pipe(rows, i.cast({ n: 'number' })))
  holds<Same<[typeof row.n, typeof row.at, typeof row.tag], [number, Date, string | undefined]>>()
for await (const row of f.pipe(f.csvSource('a.csv'), f.project(['a', 'n']), f.cast({ n: 'number' })))
  holds<Same<[typeof row.n, typeof row.a], [number, string]>>()
// if the names of the columns are unknown, any column may be one of those cast
for await (const row of f.pipe(
  f.csvSource('a.csv'),
  f.cast({ n: 'number', at: async (cell) => new Date(cell) }),
)) {
  holds<Same<[typeof row.n, typeof row.at], [number, Date]>>()
  const other = row['other'] as (typeof row)[string]
  holds<Same<typeof other, string | number | Date>>()
}
for (const row of i.cast({ n: 'number' })([{ n: '1', other: 1 }])) holds<Same<typeof row.n, number>>()

for (const row of i.pipe(rows, i.project(['n', 'at', 'tag'])))
  holds<Same<[typeof row.n, typeof row.at, typeof row.tag], [string, Date, string]>>()
for await (const row of f.pipe(f.csvSource('a.csv'), f.project(['a', 'b'])))
  holds<Same<typeof row.b, string>>()
for await (const value of f.ndjsonSource('a.ndjson')) holds<Same<typeof value, unknown>>()
for await (const row of f.ndjsonSource<Row>('a.ndjson')) holds<Same<typeof row, Row>>()
for await (const n of f.ndjsonSource('a.ndjson', { parse: Number })) holds<Same<typeof n, number>>()
for await (const at of f.ndjsonSource('a.ndjson', { parse: async (line) => new Date(line) }))
  holds<Same<typeof at, Date>>()
for await (const row of f.chain([
  f.ndjsonSource<Row>('a.ndjson'),
  f.ndjsonSource<Row>('b.ndjson', { gunzip: false }),
]))
  holds<Same<typeof row, Row>>()
for (const row of i.project(['n'])([{ n: '1' }])) holds<Same<typeof row.n, string>>()
