/** The output types of stages. */
import { PassThrough, Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

// the way to iterate in each face
const half = i.map((n: number) => n / 2)
holds<Same<typeof half, i.Stage<number, number>>>()
holds<Same<ReturnType<typeof half>, Iterable<number>>>()
const later = a.map(async (n: number) => `${n}`)
holds<Same<typeof later, a.Stage<number, string>>>()
holds<Same<ReturnType<typeof later>, AsyncIterable<string>>>()
for await (const text of later([1])) holds<Same<typeof text, string>>()

// a Readable for a Readable
const source: Readable = Readable.from([1])
const mapped = f.map((n: number) => `${n}`)(source)
holds<Same<typeof mapped, f.TypedReadable<string>>>()
mapped.pipe(new PassThrough())
f.filter((n: number) => n > 0)(f.chain([[1]])).pipe(new PassThrough())
const listed = f.map((n: number) => n)([1])
holds<Same<typeof listed, AsyncIterable<number>>>()

// a type guard narrows the type
const isText = (x: unknown): x is string => typeof x === 'string'
for (const text of i.filter(isText)([1, 'a'])) holds<Same<typeof text, string>>()
for await (const text of f.filter((x: number | string): x is string => typeof x === 'string')([1, 'a']))
  holds<Same<typeof text, string>>()
for (const text of i.takeWhile(isText)([1, 'a'])) holds<Same<typeof text, string>>()
for await (const n of f.takeWhile((n: number) => n < 3)([1])) holds<Same<typeof n, number>>()
for await (const n of a.dropWhile((n: number) => n < 3)([1])) holds<Same<typeof n, number>>()
for (const n of i.take<number>(1)([1])) holds<Same<typeof n, number>>()

// concurrent calls
const fetched = a.map(
  async (path: string, index, { signal }) => {
    holds<Same<[typeof index, typeof signal], [number, AbortSignal]>>()
    return path.length
  },
  { concurrency: 4, ordered: false },
)
holds<Same<typeof fetched, a.Stage<string, number>>>()
for await (const n of f.pipe(
  ['a'],
  f.map(async (text) => text.length, { concurrency: 2 }),
))
  holds<Same<typeof n, number>>()
const indexed = i.map((text: string, index) => text.length + index)
holds<Same<typeof indexed, i.Stage<string, number>>>()

// one item becomes several
const letters = i.flatMap((word: string) => [...word])
holds<Same<typeof letters, i.Stage<string, string>>>()
const rowsOf = f.flatMap((path: string) => f.csvSource(path))
holds<Same<typeof rowsOf, f.Stage<string, f.CsvRow>>>()
const either = a.flatMap(async (n: number) => (n > 0 ? [n] : new Set(['a'])))
holds<Same<typeof either, a.Stage<number, string | number>>>()
for (const chunk of i.chunks<number>(2)([1, 2])) holds<Same<typeof chunk, number[]>>()
for (const chunk of i.pipe([1, 2], i.chunks(2))) holds<Same<typeof chunk, number[]>>()
for (const item of i.pipe(
  ['a'],
  i.flatMap((text, index) => [text.length + index]),
))
  holds<Same<typeof item, number>>()

// keys, also promises of keys
const groups = a.groupBy(async (word: string) => word.length)
holds<Same<typeof groups, a.Stage<string, [number, string[]]>>>()
const average = a.rollingAverageBy(
  (r: { id: string; n: number }) => r.id,
  async (r) => r.n,
  3,
)
for await (const { key, average: n } of average([])) holds<Same<[typeof key, typeof n], [string, number]>>()
for (const row of i.cast({ n: 'number', at: (cell) => new Date(cell) })([{ n: '1', at: '2' }]))
  holds<Same<[typeof row.n, typeof row.at], [number, Date]>>()

const pairs = i.fork([half, i.map((n: number) => `${n}`)])
holds<Same<typeof pairs, i.Stage<number, [number, string]>>>()
const throughDuplex = f.fork([f.map((n: number) => n), (): Duplex => new PassThrough()])
holds<Same<typeof throughDuplex, f.Stage<number, [number, unknown]>>>()
const tenfold = f.duplex(f.map((n: number) => n * 10))
for (const n of await tenfold.toArray()) holds<Same<typeof n, number>>()
await pipeline(Readable.from([1]), tenfold, new PassThrough({ objectMode: true }))

// compositions
const composed = i.compose(
  half,
  i.map((n) => `${n}`),
)
holds<Same<typeof composed, i.Stage<number, string>>>()
const spread = i.compose(...[half, half])
holds<Same<typeof spread, i.Stage<number, number>>>()
const text = i.map((n: number) => `${n}`)
const seven = i.compose(text, i.map(Number), half, half, half, half, text)
holds<Same<typeof seven, i.Stage<number, string>>>()
const begun = i.compose(i.fromSource([1]), text)
holds<Same<ReturnType<typeof begun>, Iterable<string>>>()
for await (const n of a.compose(
  a.fromSource(async () => [{ at: 1 }]),
  a.map((r) => r.at),
)())
  holds<Same<typeof n, number>>()

// stages of one face mixed with those of another
holds<Same<typeof mixed, f.Stage<number, string>>>()
const mixed = f.compose(half, later)

// as a stage of a pipeline
await pipeline(
  f.lineSource('a'),
  f.filter((line: string) => line !== ''),
  f.map((line: string) => `${line}\n`),
  process.stdout,
)
await pipeline(
  f.chain([[1]]),
  f.compose(
    f.filter((n: number) => n > 0),
    f.fence(3),
  ),
  new PassThrough({ objectMode: true }),
)

const lines = f.toLines({ end: '\r\n' })(['a'])
for await (const block of f.toCsv({ columns: ['a'] })(f.toNdjson()(lines) as never))
  holds<Same<typeof block, string>>()
const records = f.multiline({ start: /^\d/, idle: 100 })(f.lineSource('a.log'))
for await (const record of records) holds<Same<typeof record, string>>()
for (const record of i.multiline({ start: (line, index) => line.length > index })(['a']))
  holds<Same<typeof record, string>>()
