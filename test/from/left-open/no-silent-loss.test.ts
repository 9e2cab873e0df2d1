/** Every item of a source that is left open is delivered, put back or passed to `onLost`, exactly once and in order. */
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

/** Each item encodes the input that it comes from. */
const inputOf = (item: number): number => item % MAX_INPUTS
const listOf = (gaps: readonly number[], input: number): number[] => {
  let turn = 0
  return gaps.map((gap) => (turn += gap) * MAX_INPUTS + input)
}

/** Some items have no key. */
const keyOrNone = (item: number): number => (item % 5 === 0 ? NaN : item)
/** Large enough that no item is late, even if an input is a chain of two. */
const lateness = 100

const junctions: Readonly<Record<string, Build>> = {
  chain: ({ chain }, inputs, readAhead) => chain(inputs, { readAhead }),
  roundRobin: ({ roundRobin }, inputs, readAhead) => roundRobin(inputs, { readAhead }),
  merge: ({ merge }, inputs, readAhead) => merge(inputs, { order: 'trust', readAhead }),
  'merge with compare': ({ merge }, inputs, readAhead) =>
    merge(inputs, { compare: (a, b) => a - b, order: 'trust', readAhead }),
  'merge with followers': ({ merge }, inputs, readAhead) =>
    merge(inputs, { key: keyOrNone, keyless: 'follow', order: 'trust', readAhead }),
  mergeReady: ({ mergeReady }, inputs, readAhead) => mergeReady(inputs, { readAhead }),
  'mergeReady of one input at a time': ({ mergeReady }, inputs, readAhead) =>
    mergeReady(inputs, { maxOpen: 1, readAhead }),
  'shortest zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'shortest', readAhead }),
  'longest zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'longest', readAhead }),
  'strict zip': ({ zip }, inputs, readAhead) => zip(inputs, { mode: 'strict', readAhead }),
  mergeBoundedLateness: ({ mergeBoundedLateness }, inputs, readAhead) =>
    mergeBoundedLateness(inputs, { lateness, readAhead }),
  'mergeBoundedLateness with followers': ({ mergeBoundedLateness }, inputs, readAhead) =>
    mergeBoundedLateness(inputs, { lateness, time: keyOrNone, keyless: 'follow', readAhead }),
}

/** Tuples have no keys; and followers are out of order if the keyed items before them are. */
const fits = (outer: string, inner: string): boolean => {
  if (inner.includes('zip')) return !/^merge( |$|B)/.test(outer)
  return !outer.startsWith('mergeBoundedLateness with') || /^merge( |$|B)/.test(inner)
}

interface Source {
  readonly stream: AsyncIterable<number>
  /** The items that its owner can still read. */
  rest(): Promise<number[]>
}

const readableSource = (stream: Readable): Source => ({
  stream,
  rest: async () => (stream.readableEnded ? [] : ((await stream.toArray()) as number[])),
})

const sources: Readonly<Record<string, (items: readonly number[]) => Source>> = {
  'a Readable that has received its end': (items) => readableSource(Readable.from(items)),
  'a Readable with all items in its buffer': (items) => {
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

/** Ways to take up to `most` items and then close the output; some stop in the middle of reading. */
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

interface Case {
  readonly lists: readonly number[][]
  readonly kinds: readonly string[]
  readonly most: number
  readonly reader: string
}

const cases = fc.record<Case>({
  lists,
  kinds: fc.array(fc.constantFrom(...Object.keys(sources)), {
    minLength: MAX_INPUTS,
    maxLength: MAX_INPUTS,
  }),
  most: fc.oneof(fc.nat({ max: 21 }), fc.constant(Infinity)),
  reader: fc.constantFrom(...Object.keys(readers)),
})

/**
 * Throws unless every item was delivered, put back or passed to `onLost` exactly once and in order. The order of `onLost` is
 * not checked for nested junctions: a zip that has ended gives up its read-ahead items before the items in the tuples of an
 * outer junction are lost.
 */
async function checkAll(
  api: Api,
  build: (inputs: readonly AsyncIterable<number>[]) => Out,
  drawn: Case,
  isNested: boolean,
): Promise<void> {
  const { lists, kinds, most, reader } = drawn
  const opened = lists.map((items, i) => sources[kinds[i] as string]?.(items) as Source)
  const lost: number[][] = lists.map(() => [])
  const output = build(
    opened.map(({ stream }, i) => api.leaveOpen(stream, { onLost: (item) => lost[i]?.push(item) })),
  )
  const delivered: number[] = []
  const take = (item: unknown): void => {
    for (const part of [item].flat(2)) if (part !== undefined) delivered.push(part as number)
  }
  try {
    await readers[reader]?.(output, most, take)
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ERR_FANPIPE_CARDINALITY')
  }
  if (output instanceof Readable && !output.closed) await once(output, 'close')
  for (const [i, { rest }] of opened.entries()) {
    const own = delivered.filter((item) => inputOf(item) === i)
    const left = await rest()
    const told = lost[i] as number[]
    if (isNested) told.sort((a, b) => a - b)
    assert.deepEqual([...own, ...told, ...left], lists[i])
  }
}

for (const [face, api] of faces) {
  for (const [name, build] of Object.entries(junctions)) {
    for (const readAhead of [0, 1, 2]) {
      t.test(`${name} (${face}, readAhead ${readAhead}) loses nothing silently`, async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(cases, (drawn) =>
              checkAll(api, (inputs) => build(api, inputs, readAhead), drawn, false),
            ),
          ),
        )
      })

      const inner = fc.constantFrom(...Object.keys(junctions).filter((inner) => fits(name, inner)))
      t.test(
        `${name} (${face}, readAhead ${readAhead}) over another junction loses nothing silently`,
        async (t) => {
          await t.resolves(
            fc.assert(
              fc.asyncProperty(cases, inner, fc.nat({ max: 2 }), (drawn, inner, innerAhead) => {
                const nest = (inputs: readonly AsyncIterable<number>[]): Out => {
                  const nested = junctions[inner]?.(api, inputs.slice(0, 2), innerAhead)
                  return build(api, [nested as AsyncIterable<number>, ...inputs.slice(2)], readAhead)
                }
                return checkAll(api, nest, drawn, true)
              }),
              { numRuns: 40 },
            ),
          )
        },
      )
    }
  }
}
