/** The stages of a fork infer their input type from the source, and the tuple infers the output types of the stages. */
import { PassThrough, type Duplex } from 'node:stream'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

interface Row {
  at: number
  name: string
}
const rows: Row[] = []
const at = i.map((r: Row) => r.at)

// callbacks that are not annotated
const both = i.pipe(rows, i.fork([i.map((r) => r.at), i.map((r) => r.name)]))
holds<Same<typeof both, Iterable<[number, string]>>>()
const four = a.pipe(
  rows,
  a.fork([
    a.map((r) => r.at),
    a.map(async (r) => r.name),
    a.groupBy((r) => r.at),
    a.tapPrefix(1, (r) => r.at),
  ]),
)
holds<Same<typeof four, AsyncIterable<[number, string, [number, Row[]], Row]>>>()
const own = i.pipe(
  rows,
  i.fork([
    i.map((r) => r.at),
    function* (items) {
      for (const { name } of items) yield name
    },
  ]),
)
holds<Same<typeof own, Iterable<[number, string]>>>()

// stages that pass items through
const same = i.pipe(rows, i.fork([at, i.fence(3), i.slidingWindow(2)]))
holds<Same<typeof same, Iterable<[number, Row, Row[]]>>>()
const alone = i.fork([at, i.slidingWindow(2)])
holds<Same<typeof alone, i.Stage<Row, [number, Row[]]>>>()

// streams as stages, whose items are unknown
const make = (): Duplex => new PassThrough({ objectMode: true })
const piped = f.pipe(rows, f.fork([f.map((r) => r.name), make, new PassThrough({ objectMode: true })]))
holds<Same<typeof piped, f.TypedReadable<[string, unknown, unknown]>>>()

// lists, stages with different input types, and more stages than there are overloads for
const list = [at, at]
const listed = i.fork(list)
holds<Same<typeof listed, i.Stage<Row, number[]>>>()
const narrower = i.fork([i.map((r: { at: number }) => r.at), i.map((r: { name: string }) => r.name)])
for (const pair of narrower(rows)) holds<Same<typeof pair, [number, string]>>()
const many = i.fork([at, at, at, at, at, i.map((r: Row) => r.name)])
holds<Same<typeof many, i.Stage<Row, [number, number, number, number, number, string]>>>()
