/** The items of a fan-in, in every face, with callbacks that are not annotated. */
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

interface Row {
  at: number
}

for (const row of i.merge([[{ at: 1 }], [{ at: 2 }]], { key: (r) => r.at })) holds<Same<typeof row, Row>>()
for await (const row of a.merge([[{ at: 1 }], [{ at: 2 }]], { key: (r) => r.at }))
  holds<Same<typeof row, Row>>()
const merged = f.merge([[{ at: 1 }], [{ at: 2 }]], { key: (r) => r.at, compare: (x, y) => y - x })
for await (const row of merged) holds<Same<typeof row, Row>>()
holds<Same<Awaited<ReturnType<typeof merged.toArray>>, Row[]>>()

for await (const n of f.chain([[1, 2], [3]])) holds<Same<typeof n, number>>()
for await (const pair of f.roundRobin([[[1, 'a'] as const]])) holds<Same<typeof pair, readonly [1, 'a']>>()
const late = f.mergeBoundedLateness([[{ at: 1 }], new Set([{ at: 2 }])], { time: (r) => r.at, lateness: 1 })
for await (const { at } of late) holds<Same<typeof at, number>>()
for (const n of i.roundRobin([new Set([1]), new Map<number, 1>().keys()])) holds<Same<typeof n, number>>()

// a junction of junctions
for await (const n of f.chain([f.chain([[1]]), f.merge([[2]])])) holds<Same<typeof n, number>>()
for await (const line of f.merge([f.lineSource('a.log'), f.lineSource('b.log')], {
  key: (line) => line.slice(0, 9),
}))
  holds<Same<typeof line, string>>()
for await (const row of f.chain([f.csvSource('a.csv')])) holds<Same<typeof row, Record<string, string>>>()

// mergeReady, and the inputs that can be added to it
const ready = f.mergeReady([[1], f.chain([[2]])], { maxOpen: 8, end: false })
for await (const n of ready) holds<Same<typeof n, number>>()
ready.add([3])
ready.add(() => Promise.resolve([4]))
holds<Same<boolean, ReturnType<typeof ready.remove>>>()
for (const n of i.mergeReady([['a'], [1]])) holds<Same<typeof n, string | number>>()

// errors of inputs and their origins
for await (const n of f.merge([[1]], {
  errors: (error, source) => holds<Same<[typeof error, typeof source], [unknown, f.SourcePath]>>(),
}))
  holds<Same<typeof n, number>>()
for (const n of i.roundRobin([[1]], { errors: 'delay' })) holds<Same<typeof n, number>>()
a.chain([[1]], { errors: async () => {} })
declare const policy: f.InputErrorOptions
f.mergeReady([[1]], policy)
f.mergeBoundedLateness([[1]], { lateness: 0, ...policy })

// reading ahead
for await (const n of f.merge([[1]], { readAhead: 1 })) holds<Same<typeof n, number>>()
for await (const pair of a.zip([[1], ['a']], { readAhead: 2 })) holds<Same<typeof pair, [number, string]>>()

// asynchronous lists of inputs
async function* lists1() {
  yield [1]
}
for await (const n of f.chain(lists1())) holds<Same<typeof n, number>>()
for await (const n of a.mergeReady(lists1())) holds<Same<typeof n, number>>()
for await (const line of f.chain(
  f.pipe(
    f.walkSource('logs'),
    f.map((file) => f.lineSource(file)),
  ),
))
  holds<Same<typeof line, string>>()

// lists of inputs that are not array literals
const lists: number[][] = [[1], [2]]
for (const n of i.merge(lists)) holds<Same<typeof n, number>>()
for await (const n of a.chain(new Set(lists))) holds<Same<typeof n, number>>()
for await (const n of f.chain(['a', 'b'].map((text) => [text.length]))) holds<Same<typeof n, number>>()
for await (const n of f.chain(
  (function* () {
    for (;;) yield [1]
  })(),
))
  holds<Same<typeof n, number>>()

// a key for each input; if items have different types, each key declares its parameter type
const keys = [(row: Row) => row.at, (text: string) => Number(text)] as const
for (const item of i.merge([[{ at: 1 }], ['2']], { key: keys })) holds<Same<typeof item, Row | string>>()
for (const row of i.merge([[{ at: 1 }], [{ at: 2 }]], { key: [(r) => r.at, (r) => -r.at] }))
  holds<Same<typeof row, Row>>()
for await (const n of f.merge(new Set(lists), { key: lists.map(() => Math.abs), compare: (x, y) => y - x }))
  holds<Same<typeof n, number>>()
