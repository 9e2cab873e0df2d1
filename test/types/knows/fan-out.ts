/** The items of branches, and how many there are. */
import { Writable, type Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

const [first, second] = f.multicast([1, 2], 2)
for await (const n of first) holds<Same<typeof n, number>>()
holds<Same<Awaited<ReturnType<typeof second.toArray>>, number[]>>()
const own = f.multicast(f.lineSource('a'), [{ overflow: 'block' }, { maxlen: 64 }])
holds<Same<(typeof own)['length'], 2>>()
for await (const line of own[1]) holds<Same<typeof line, string>>()
const three = i.tee([1, 2], 3)
holds<Same<(typeof three)['length'], 3>>()
for (const n of three[2]) holds<Same<typeof n, number>>()
const [left, right] = a.tee(() => [{ at: 1 }])
for await (const { at } of left) holds<Same<typeof at, number>>()
await right.next()

// an array in all but the index signature, with the members of the fan-out
const branches = f.multicast([1], 2)
const readables: readonly Readable[] = branches
await Promise.all(branches.map((branch, at) => branch.take(at).toArray()))
holds<Same<(typeof branches)['length'], 2>>()
holds<Same<ReturnType<typeof branches.stats>, readonly f.BranchStats[]>>()
await branches.close()
const many = f.multicast([1], readables.length)
for (let at = 0; at < many.length; at++) await many[at]?.toArray()

// partition: each item to one branch
const [even, odd] = i.partition([1, 2], 2, (n) => n % 2)
for (const n of even) holds<Same<typeof n, number>>()
for (const n of odd) holds<Same<typeof n, number>>()
const [texts] = f.partition(['a'], [{ overflow: 'drop-newest' }], (text) => text.length)
for await (const text of texts) holds<Same<typeof text, string>>()

// balance: each item to the branch that requests it
const workers = a.balance([1, 2], 2)
for await (const n of workers[1]) holds<Same<typeof n, number>>()
for await (const text of f.balance(['a'], 0).branch()) holds<Same<typeof text, string>>()

// branches that join late
for (const n of i.multicast([1], 1).branch({ from: 'oldest', maxlen: 2 })) holds<Same<typeof n, number>>()
for await (const n of f.multicast([1], 0).branch()) holds<Same<typeof n, number>>()
for await (const text of f.multicastSink<string>(0).branch()) holds<Same<typeof text, string>>()

// in a pipeline, and as an argument for any Node stream
const sink = new Writable({ objectMode: true })
await pipeline(first, sink)
await finished(second as Readable)
first.pipe(sink).on('close', () => undefined)
first.on('data', (n) => holds<Same<typeof n, number>>()).once('end', () => undefined)

const fan = f.multicastSink<string, 2>(2)
for await (const text of fan.branches[0]) holds<Same<typeof text, string>>()
await pipeline(['a'], fan)
const untold = f.multicastSink(2)
holds<Same<(typeof untold.branches)['length'], 2>>()
for await (const item of untold.branches[0]) holds<Same<typeof item, unknown>>()

// sinks that write to Writables
const targets = f.multicastSink<string>([sink, { to: sink, onError: 'detach', end: false }], { maxlen: 4 })
holds<Same<typeof targets.branches, readonly []>>()
for await (const text of targets.branch()) holds<Same<typeof text, string>>()
const routed = f.partitionSink(
  (row: { at: string }) => row.at,
  async (key, { again }) => {
    holds<Same<typeof key, string>>()
    holds<Same<typeof again, boolean>>()
    return sink
  },
  { maxOpen: 8 },
)
await pipeline([{ at: 'a' }], routed)
for await (const n of f.pipe(
  [1],
  f.tap(sink),
  f.tap((n, i) => holds<Same<[typeof n, typeof i], [number, number]>>()),
))
  holds<Same<typeof n, number>>()
for await (const n of a.pipe([1], a.tap(sink))) holds<Same<typeof n, number>>()
for (const n of i.pipe(
  [1],
  i.tap((n) => holds<Same<typeof n, number>>()),
))
  holds<Same<typeof n, number>>()
