/** Every item of a source that is left open is delivered, put back, or told to `onLost`: once, and in its order. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { collect } from '../../instruments/faces.ts'
import * as async from '../../../lib/async.ts'
import * as streams from '../../../lib/index.ts'
import { settled } from '../../instruments/hand-clock.ts'

type Api = typeof async
type Out = AsyncIterable<unknown>
type Build = (api: Api, inputs: readonly AsyncIterable<number>[], readAhead: number) => Out

const faces = Object.entries({ async, streams: streams as unknown as Api })
const MAX_INPUTS = 3

/** Where an item comes from can be seen from the item. */
const inputOf = (item: number): number => item % MAX_INPUTS
const listOf = (gaps: readonly number[], input: number): number[] => {
  let turn = 0
  return gaps.map((gap) => (turn += gap) * MAX_INPUTS + input)
}

/** Some items have no key. */
const keyOrNone = (item: number): number => (item % 5 === 0 ? NaN : item)
const lateness = 3 * MAX_INPUTS

const junctions: Readonly<Record<string, Build>> = {
  chain: ({ chain }, inputs, readAhead) => chain(inputs, { readAhead }),
  roundRobin: ({ roundRobin }, inputs, readAhead) => roundRobin(inputs, { readAhead }),
  merge: ({ merge }, inputs, readAhead) => merge(inputs, { readAhead }),
  'merge by compare': ({ merge }, inputs, readAhead) =>
    merge(inputs, { compare: (a, b) => a - b, readAhead }),
  'merge with followers': ({ merge }, inputs, readAhead) =>
    merge(inputs, { key: keyOrNone, keyless: 'follow', readAhead }),
  mergeReady: ({ mergeReady }, inputs, readAhead) => mergeReady(inputs, { readAhead }),
  'mergeReady of one at once': ({ mergeReady }, inputs, readAhead) =>
    mergeReady(inputs, { maxOpen: 1, readAhead }),
  'shortest zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'shortest', readAhead }),
  'longest zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'longest', readAhead }),
  'strict zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'strict', readAhead }),
  mergeBoundedLateness: ({ mergeBoundedLateness }, inputs, readAhead) =>
    mergeBoundedLateness(inputs, { lateness, readAhead }),
  'mergeBoundedLateness with followers': ({ mergeBoundedLateness }, inputs, readAhead) =>
    mergeBoundedLateness(inputs, { lateness, time: keyOrNone, keyless: 'follow', readAhead }),
}

interface Source {
  readonly stream: AsyncIterable<number>
  /** What its owner can still read. */
  rest(): Promise<number[]>
}

const readableSource = (stream: Readable): Source => ({
  stream,
  rest: async () => (stream.readableEnded ? [] : ((await stream.toArray()) as number[])),
})

const sources: Readonly<Record<string, (items: readonly number[]) => Source>> = {
  'a Readable that knows its end': (items) => readableSource(Readable.from(items)),
  'a Readable with everything in its buffer': (items) => {
    const stream = new Readable({ objectMode: true, highWaterMark: 100, read: () => undefined })
    for (const item of [...items, null]) stream.push(item)
    return readableSource(stream)
  },
  'a slow Readable': (items) => {
    const left = [...items]
    const read = function (this: Readable): void {
      setImmediate(() => this.push(left.shift() ?? null))
    }
    return readableSource(new Readable({ objectMode: true, highWaterMark: 1, read }))
  },
  'an async iterator': (items) => {
    const iterator = (async function* () {
      yield* items
    })()
    const unread = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
    return { stream: unread, rest: () => collect(unread) }
  },
}

/** Takes items until there are enough, and then closes the output or, with a Readable, stops in the middle of reading. */
const readers: Readonly<
  Record<string, (output: Out, most: number, take: (item: unknown) => void) => unknown>
> = {
  'for await': async (output, most, take) => {
    let taken = 0
    if (most > 0)
      for await (const item of output) {
        take(item)
        if (++taken === most) break
      }
    if (output instanceof Readable) output.destroy()
  },
  read: async (output, most, take) => {
    const iterator = output[Symbol.asyncIterator]()
    for (let taken = 0; taken < most; taken++) {
      const result = await iterator.next()
      if (result.done === true) break
      take(result.value)
      await settled()
    }
    await iterator.return?.()
    if (output instanceof Readable) output.destroy()
  },
}

const lists = fc
  .array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 7 }), { minLength: 1, maxLength: MAX_INPUTS })
  .map((gaps) => gaps.map(listOf))
const kinds = fc.array(fc.constantFrom(...Object.keys(sources)), {
  minLength: MAX_INPUTS,
  maxLength: MAX_INPUTS,
})
const stops = fc.oneof(fc.nat({ max: 21 }), fc.constant(Infinity))

for (const [face, api] of faces) {
  for (const [name, build] of Object.entries(junctions)) {
    for (const readAhead of [0, 1, 2]) {
      t.test(`${name} (${face}, readAhead ${readAhead}) loses nothing silently`, async (t) => {
        const isLossless = async (
          lists: readonly number[][],
          kinds: readonly string[],
          most: number,
          reader: string,
        ): Promise<void> => {
          const opened = lists.map((items, i) =>
            (sources[kinds[i] as string] as (typeof sources)[string])(items),
          )
          const delivered: number[] = []
          const lost: number[][] = lists.map(() => [])
          const inputs = opened.map(({ stream }, i) =>
            api.leaveOpen(stream, { onLost: (item) => (lost[i] as number[]).push(item) }),
          )
          const output = build(api, inputs, readAhead)
          const take = (item: unknown): void =>
            void delivered.push(...([item].flat().filter((part) => part !== undefined) as number[]))
          try {
            await readers[reader]?.(output, most, take)
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'ERR_FANPIPE_CARDINALITY')
          }
          if (output instanceof Readable && !output.closed) await once(output, 'close')
          for (const [i, { rest }] of opened.entries()) {
            const own = delivered.filter((item) => inputOf(item) === i)
            const left = await rest()
            assert.deepEqual([...own, ...(lost[i] as number[]), ...left], lists[i])
          }
        }
        await t.resolves(
          fc.assert(
            fc.asyncProperty(lists, kinds, stops, fc.constantFrom(...Object.keys(readers)), isLossless),
          ),
        )
      })
    }
  }
}
