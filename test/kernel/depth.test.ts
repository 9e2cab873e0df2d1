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

/** Each adds one level of nesting. */
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
    `${name}: nesting up to the limit works; deeper nesting is an ArgumentError, never a RangeError`,
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

t.test('composing too many stages is an ArgumentError', async (t) => {
  const maps = (length: number) => Array.from({ length }, () => iter.map(same))
  t.strictSame([...iter.compose(...maps(500))([1])], [1])
  t.throws(() => iter.compose(...maps(3000)), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages' })
  t.throws(() => streams.duplex(...Array.from({ length: 3000 }, () => streams.map(same))), {
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})

t.test('functions that open each other are refused when nested too deeply', async (t) => {
  let level = 0
  const nested = (): unknown => (level++ === 400 ? [7] : async.roundRobin([nested as never]))
  t.strictSame((await drained(async.roundRobin([nested as () => Iterable<number>]))).items, [7])
})

const refused = { code: 'ERR_FANPIPE_ARGUMENT', message: /nested at most 1000/ }

/** Nesting that cannot be detected at the call, because it is hidden in functions, generators and branches. */
const hidden: Record<string, (levels: number) => AsyncIterable<number> | Iterable<number>> = {
  'functions under tee (async)': (levels) => {
    let source: unknown = () => [1, 2]
    for (let i = 0; i < levels; i++) {
      const inner = source as () => Iterable<number>
      source = () => async.tee(inner, 1)[0]
    }
    return async.chain([source as () => Iterable<number>])
  },
  'functions under tee (iter)': (levels) => {
    let source: () => Iterable<number> = () => [1, 2]
    for (let i = 0; i < levels; i++) {
      const inner = source
      source = () => iter.tee(inner, 1)[0]
    }
    return iter.chain([source])
  },
  'functions under multicast, each behind a stage (iter)': (levels) => {
    let source: () => Iterable<number> = () => [1, 2]
    for (let i = 0; i < levels; i++) {
      const inner = source
      source = () => iter.map(same)(iter.multicast(inner, 1)[0])
    }
    return iter.chain([source])
  },
  'generators (iter)': (levels) => {
    let source: Iterable<number> = [1, 2]
    for (let i = 0; i < levels; i++) source = iter.roundRobin([wholeSync(source)])
    return source
  },
  'async generators (async)': (levels) => {
    let source: AsyncIterable<number> = async.chain([[1, 2]])
    for (let i = 0; i < levels; i++) source = async.roundRobin([wholeAsync(source)])
    return source
  },
  'generator steps that nest stages (iter)': (levels) => {
    const nested = (level: number): ((source: Iterable<number>) => Iterable<number>) =>
      iter.stage<number, number>(
        () =>
          function* (n) {
            if (level === 0) yield n
            else yield* nested(level - 1)([n])
          },
      )
    return nested(levels)([1, 2])
  },
  'generator steps that nest stages (async)': (levels) => {
    const nested = (level: number): ((source: Iterable<number>) => AsyncIterable<number>) =>
      async.stage<number, number>(
        () =>
          async function* (n) {
            if (level === 0) yield n
            else yield* nested(level - 1)([n])
          },
      )
    return async.chain([nested(levels)([1, 2])])
  },
  'functions that return a stage’s output, as stages (async)': (levels) => {
    let part = wholeAsync as (source: AsyncIterable<number>) => AsyncIterable<number>
    for (let i = 0; i < levels; i++) {
      const inner = async.compose(part)
      part = (source) => inner(source)
    }
    return async.chain([async.compose(part)([1, 2])])
  },
}

for (const [name, nested] of Object.entries(hidden)) {
  t.test(`${name}: 200 levels work; 1,200 and 5,000 are an ArgumentError, never a RangeError`, async (t) => {
    t.strictSame(await collect(nested(200)), [1, 2])
    for (const levels of [1200, 5000])
      await t.rejects(async () => collect(nested(levels)), refused, `${levels}`)
  })
}

t.test('nesting that only unfolds level by level, long after opening, is counted too', async (t) => {
  const later = (level: number): Iterable<number> =>
    iter.chain([[level], level === 0 ? [] : () => wholeSync(later(level - 1))])
  t.equal([...later(300)].length, 301)
  t.throws(() => [...later(2000)], refused)
  const shallow = iter.tee(() => wholeSync(later(300)), 2)
  t.equal([...shallow[0]].length, 301, 'a branch that is pulled first')
  t.equal([...iter.chain([wholeSync(shallow[1])])].length, 301)
})

t.test(
  'the cost of opening and closing shared parts grows with the number of parts, not of paths to them',
  async (t) => {
    for (const { chain, map } of [iter, async as unknown as typeof iter]) {
      let opened = 0
      const counted = {
        *[Symbol.iterator]() {
          opened++
          yield 1
        },
      }
      let shared: Iterable<number> = chain([counted])
      let staged: Iterable<number> = chain([counted])
      for (let i = 0; i < 40; i++) {
        shared = chain([shared, shared])
        staged = map(same)(chain([staged, staged]))
      }
      t.strictSame(await collect(shared, 1), [1])
      t.strictSame(await collect(staged, 1), [1])
      t.equal(opened, 2)
    }
    const stream = new Readable({ objectMode: true, read() {} })
    let over = async.chain([() => [1], stream as never])
    for (let i = 0; i < 40; i++) over = async.chain([over, over])
    t.strictSame(await collect(over, 1), [1])
    t.ok(stream.destroyed)
  },
)
