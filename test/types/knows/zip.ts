/** The types of the positions in the tuples of a zip. */
import { createReadStream } from 'node:fs'
import * as f from 'fanpipe'
import * as a from 'fanpipe/async'
import * as i from 'fanpipe/iter'
import { holds, type Same } from '../same.js'

const numbers = [1, 2]
const strings = new Set(['a', 'b'])

for (const pair of i.zip([numbers, strings])) holds<Same<typeof pair, [number, string]>>()
for await (const pair of a.zip([numbers, strings], { mode: 'strict' }))
  holds<Same<typeof pair, [number, string]>>()
const triples = f.zip([numbers, () => strings, f.lineSource('a.log')], { mode: 'shortest', labels: ['n'] })
for await (const triple of triples) holds<Same<typeof triple, [number, string, string]>>()
holds<Same<Awaited<ReturnType<typeof triples.toArray>>, [number, string, string][]>>()
for (const [n, text] of i.zip([[1], ['a']])) holds<Same<[typeof n, typeof text], [number, string]>>()
for await (const [n, text] of a.zip([
  async function* () {
    yield 1
  },
  async () => ['a'],
]))
  holds<Same<[typeof n, typeof text], [number, string]>>()
for await (const [chunk] of f.zip([createReadStream('a')])) holds<Same<typeof chunk, unknown>>()

// a zip of zips, and a stage over tuples
for (const [[n], text] of i.zip([i.zip([numbers]), strings]))
  holds<Same<[typeof n, typeof text], [number, string]>>()
for (const text of i.pipe(
  i.zip([numbers, strings]),
  i.map(([n, s]) => s.repeat(n)),
))
  holds<Same<typeof text, string>>()

// padding
for (const pair of i.zip([numbers, strings], { mode: 'longest' }))
  holds<Same<typeof pair, [number | undefined, string | undefined]>>()
for (const pair of i.zip([numbers, strings], { mode: 'longest', padding: [null, 0] }))
  holds<Same<typeof pair, [number | null, string | number]>>()
for (const pair of i.zip([numbers, strings], { mode: 'longest', padding: [false] }))
  holds<Same<typeof pair, [number | boolean, string | undefined]>>()
for await (const pair of f.zip([numbers, strings], { mode: 'longest', padding: new Set([false]) }))
  holds<Same<typeof pair, [number | boolean | undefined, string | boolean | undefined]>>()
declare const zeros: 0[]
for (const pair of i.zip([strings, strings], { mode: 'longest', padding: zeros }))
  holds<Same<typeof pair, [string | 0 | undefined, string | 0 | undefined]>>()

// lists of inputs of unknown length, and an unknown mode
const lists: number[][] = [[1], [2]]
for (const tuple of i.zip(lists)) holds<Same<typeof tuple, number[]>>()
for (const tuple of i.zip(new Set(lists))) holds<Same<typeof tuple, number[]>>()
for (const tuple of i.zip(lists, { mode: 'longest', padding: ['-'] }))
  holds<Same<typeof tuple, (number | string | undefined)[]>>()
for (const tuple of i.zip(new Set(lists), { mode: 'longest', padding: ['-'] }))
  holds<Same<typeof tuple, (number | string | undefined)[]>>()
for (const tuple of i.zip(new Set(lists), { mode: 'longest' }))
  holds<Same<typeof tuple, (number | undefined)[]>>()
const inMode = (mode: f.ZipMode) => i.zip([numbers, strings], { mode })
for (const pair of inMode('strict')) holds<Same<typeof pair, [number | undefined, string | undefined]>>()
void i.zip([])

// a generic wrapper
const pairs = <A, B>(as: readonly A[], bs: readonly B[]): Iterable<[A, B]> => i.zip([as, bs])
for (const pair of pairs([1], ['a'])) holds<Same<typeof pair, [number, string]>>()
