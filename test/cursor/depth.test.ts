import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { collect } from '../instruments/faces.ts'

const same = (n: number): number => n
const wholeAsync = async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
  yield* source
}
const wholeSync = function* (source: Iterable<number>): Generator<number> {
  yield* source
}

/** One level of nesting more. */
const deeper: Record<string, (source: never) => unknown> = {
  'iter map': (source) => iter.map(same)(source),
  'iter fork': (source) =>
    iter.compose(
      iter.fork([iter.map(same)]),
      iter.map(([n]: [number]) => n),
    )(source),
  'iter multicast': (source) => iter.multicast(source, 1)[0],
  'iter tee': (source) => iter.tee(source, 1)[0],
  'iter function': (source) => iter.compose(wholeSync)(source),
  'async map': (source) => async.map(same)(source),
  'async roundRobin': (source) => async.roundRobin([source]),
  'async multicast': (source) => async.multicast(source, 1)[0],
  'async roundRobin of a tee': (source) => async.roundRobin([async.tee(source, 1)[0]]),
  'async function': (source) => async.compose(wholeAsync)(source),
  'streams fork': (source) =>
    streams.compose(
      streams.fork([streams.map(same)]),
      streams.map(([n]: [number]) => n),
    )(source),
  'streams tee': (source) => streams.tee(source, 1)[0],
  'streams merge': (source) => streams.merge([source], { key: (n) => n }),
}

for (const [name, nest] of Object.entries(deeper)) {
  t.test(
    `${name}: as deep as is allowed it works, and deeper is an ArgumentError, never a RangeError`,
    async (t) => {
      const nested = (levels: number): unknown => {
        let output: unknown = name.startsWith('iter') ? [1, 2] : Readable.from([1, 2])
        for (let level = 0; level < levels; level++) output = nest(output as never)
        return output
      }
      let deepest = 200
      t.throws(
        () => {
          for (; ; deepest += 10) nested(deepest + 10)
        },
        { code: 'ERR_FANPIPE_ARGUMENT' },
      )
      t.strictSame(await collect(nested(deepest)), [1, 2], `${deepest} levels`)
    },
  )
}

t.test('compose of too many stages is an ArgumentError', async (t) => {
  const maps = (length: number) => Array.from({ length }, () => iter.map(same))
  t.strictSame([...iter.compose(...maps(500))([1])], [1])
  t.throws(() => iter.compose(...maps(3000)), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages' })
  t.throws(() => streams.duplex(...Array.from({ length: 3000 }, () => streams.map(same))), {
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})

t.test('functions that open each other are refused where they are too deep', async (t) => {
  let level = 0
  const nested = (): unknown => (level++ === 400 ? [7] : async.roundRobin([nested as never]))
  t.strictSame((await drained(async.roundRobin([nested as () => Iterable<number>]))).items, [7])
})
