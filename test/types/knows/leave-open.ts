/** A source that is left open has the item type of its original source. */
import { Readable } from 'node:stream'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import { holds, type Same } from '../same.js'

for await (const x of f.chain([f.leaveOpen(f.chain([[1]])), ['a']])) holds<Same<typeof x, number | string>>()
for await (const x of a.chain([a.leaveOpen([1].values())])) holds<Same<typeof x, number>>()
for await (const x of a.chain([a.leaveOpen(new ReadableStream<string>())])) holds<Same<typeof x, string>>()
for await (const x of a.leaveOpen(Readable.from([1]))) holds<Same<typeof x, unknown>>()
for await (const x of f.map((n: number) => String(n))(f.leaveOpen(f.chain([[1]]))))
  holds<Same<typeof x, string>>()
f.leaveOpen(f.chain([[1]]), { onLost: (n) => holds<Same<typeof n, number>>() })
