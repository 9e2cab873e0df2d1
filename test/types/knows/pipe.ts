/** `pipe` infers the input type of each stage from the one before it, from left to right. */
import { Readable } from 'node:stream'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

const doubled = i.pipe(
  [1, 2, 3],
  i.filter((n) => n % 2 === 1),
  i.map((n) => n * 2),
)
holds<Same<typeof doubled, Iterable<number>>>()
const lines = a.pipe(
  f.lineSource('a'),
  a.filter((line) => line.startsWith('x')),
  a.map(async (line) => line.length),
)
holds<Same<typeof lines, AsyncIterable<number>>>()
const rows = f.pipe(
  f.csvSource('a.csv'),
  f.map((row) => ({ name: row['name'] ?? '', size: Number(row['size']) })),
  f.groupBy((row) => row.name),
  f.map(([name, group]) => ({ name, sizes: group.map((row) => row.size) })),
  f.filter(({ sizes }) => sizes.length > 1),
  f.fence(3),
  f.slidingWindow(2),
)
holds<Same<typeof rows, f.TypedReadable<{ name: string; sizes: number[] }[]>>>()
rows.pipe(process.stdout)

holds<Same<ReturnType<typeof unpiped>, f.TypedReadable<number>>>()
const unpiped = () => f.pipe(f.chain([[1]]))
const narrowed = i.pipe(
  [1, 'a'],
  i.filter((x): x is string => typeof x === 'string'),
  i.map((s) => s.length),
)
holds<Same<typeof narrowed, Iterable<number>>>()
const fetched = a.pipe(
  async () => [{ at: 1 }],
  a.map((r) => r.at),
)
holds<Same<typeof fetched, AsyncIterable<number>>>()
for await (const n of f.pipe(
  Readable.from([1]),
  f.map((n) => (typeof n === 'number' ? n : 0)),
))
  holds<Same<typeof n, number>>()
const accumulated = i.pipe(
  ['a'],
  i.accumulate((count, word) => count + word.length, 0),
  i.topK(3, { key: (n) => n % 2 }),
)
holds<Same<typeof accumulated, Iterable<i.Counted<number>>>>()
const averaged = i.pipe(
  [{ id: 'a', n: 1 }],
  i.rollingAverageBy(
    (r) => r.id,
    (r) => r.n,
    3,
  ),
  i.map((r) => r.average),
)
holds<Same<typeof averaged, Iterable<number>>>()
const forked = i.pipe(
  [1],
  i.fork([i.map((n: number) => n), i.map((n: number) => `${n}`)]),
  i.map(([n, text]) => n + text.length),
)
holds<Same<typeof forked, Iterable<number>>>()
const own = a.pipe(
  [1],
  async function* (items) {
    for await (const n of items) yield n + 1
  },
  a.map((n) => `${n}`),
)
holds<Same<typeof own, AsyncIterable<string>>>()
const ten = i.map((n: number) => n + 1)
const long = i.pipe(
  [1],
  ten,
  ten,
  ten,
  ten,
  ten,
  ten,
  ten,
  ten,
  ten,
  ten,
  i.map((n: number) => `${n}`),
)
holds<Same<typeof long, Iterable<string>>>()
const tenStages = i.pipe(
  [1],
  i.map((n) => n + 1),
  i.map((n) => `${n}`),
  i.map((text) => [text]),
  i.map(([text]) => text ?? ''),
  i.filter((text) => text.length > 0),
  i.map((text) => text.length),
  i.map((n) => ({ n })),
  i.groupBy(({ n }) => n),
  i.map(([, group]) => group.length),
  i.fence(3),
)
holds<Same<typeof tenStages, Iterable<number>>>()
