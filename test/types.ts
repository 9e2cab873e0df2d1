/** What infers, and what is refused by its type: checked by `npm run types`, never run. */
import type { Duplex } from 'node:stream'
import { PassThrough } from 'node:stream'
import * as async from '../lib/async.ts'
import * as streams from '../lib/index.ts'
import * as iter from '../lib/iter.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Returned<F extends (...args: never[]) => unknown> = ReturnType<F>

/** Fails to compile unless the type is exactly `true`. */
declare function holds<T extends true>(): T

const half = iter.map((n: number) => n / 2)
const text = iter.map((n: number) => `${n}`)

const pairs = iter.fork([half, text])
holds<Same<typeof pairs, iter.Stage<number, [number, string]>>>()
const later = async.map(async (n: number) => `${n}`)
holds<Same<typeof later, async.Stage<number, string>>>()
const throughDuplex = streams.fork([streams.map((n: number) => n), (): Duplex => new PassThrough()])
holds<Same<typeof throughDuplex, streams.Stage<number, [number, unknown]>>>()

const two = streams.multicast([1, 2], 2)
holds<Same<(typeof two)['length'], 2>>()
const [first, second] = two
holds<Same<typeof first, streams.TypedReadable<number>>>()
holds<Same<typeof second, streams.TypedReadable<number>>>()
const three = iter.tee(['a'], 3)
holds<Same<(typeof three)['length'], 3>>()
holds<Same<(typeof three)[2], IterableIterator<string>>>()
const sink = streams.multicastSink(2)
holds<Same<(typeof sink.branches)['length'], 2>>()

const composed = iter.compose(half, text)
holds<Same<typeof composed, iter.Stage<number, string>>>()
const many = [half, half]
const spread = iter.compose(...many)
holds<Same<typeof spread, iter.Stage<number, number>>>()
const seven = iter.compose(text, iter.map(Number), half, half, half, half, text)
holds<Same<typeof seven, iter.Stage<number, string>>>()
const sevenFilters = iter.compose(
  ...([0, 1, 2, 3, 4, 5, 6].map(() => half) as [
    typeof half,
    typeof half,
    typeof half,
    typeof half,
    typeof half,
    typeof half,
    typeof half,
  ]),
)
holds<Same<typeof sevenFilters, iter.Stage<number, number>>>()
const longBegun = iter.compose(iter.fromSource([1]), half, half, half, half, text)
holds<Same<typeof longBegun, iter.SourcedStage<string>>>()
const crowd = streams.multicast([1], 1500)
holds<Same<(typeof crowd)['length'], number>>()
const begun = iter.compose(iter.fromSource([1]), text)
holds<Same<Returned<typeof begun>, Iterable<string>>>()
const rows = streams.csvSource('table.csv')
holds<Same<typeof rows, AsyncIterable<Record<string, string>>>>()

// @ts-expect-error the output of one is not the input of the next
iter.compose(text, half)
// @ts-expect-error numbers are not mapped as strings
iter.merge([[1]], { key: (item: string) => item })
// @ts-expect-error no such option
streams.chain([[1]], { highwatermark: 1 })
// @ts-expect-error a sync iterable cannot be made of an async one
iter.chain([(async function* () {})()])
// @ts-expect-error no such policy
streams.multicast([1], 2, { overflow: 'explode' })
