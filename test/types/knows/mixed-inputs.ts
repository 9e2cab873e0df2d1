/** The items of different inputs form a union type. */
import { Readable } from 'node:stream'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

for (const x of i.chain([[1], ['a']])) holds<Same<typeof x, number | string>>()
for await (const x of a.chain([[1], new Set(['a']), f.lineSource('a')]))
  holds<Same<typeof x, number | string>>()
for await (const x of f.merge([[{ at: 1, a: 1 }], [{ at: 2, b: 'x' }]], { key: (r) => r.at })) {
  holds<Same<typeof x.at, number>>()
}

// functions, and functions that return promises
for (const x of i.merge([
  () => [1],
  function* () {
    yield 2
  },
]))
  holds<Same<typeof x, number>>()
for await (const x of f.chain([
  () => [1],
  async () => [2],
  async function* () {
    yield 3
  },
]))
  holds<Same<typeof x, number>>()
const body = () => fetch('https://example.com').then((response) => response.body)
for await (const chunk of f.chain([body])) holds<Same<0 extends 1 & typeof chunk ? true : false, false>>()
for await (const chunk of a.chain([body, () => fetch('x').then((r) => r.body!)])) void chunk
for await (const n of a.merge([async () => f.chain([[1]]), [2]], { key: (n) => n }))
  holds<Same<typeof n, number>>()

// Node and web streams, typed and untyped
for await (const x of f.chain([f.chain([[1]]), ['a']])) holds<Same<typeof x, number | string>>()
for await (const x of f.chain([Readable.from([1])])) holds<Same<typeof x, unknown>>()
for await (const x of a.chain([process.stdin])) holds<Same<typeof x, unknown>>()
for await (const x of a.chain([new ReadableStream<number>()])) holds<Same<typeof x, number>>()
