import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { all } from '../instruments/drain.ts'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'

for (const face of faces) {
  const { compose, fence, filter, fromSource, map } = face.api
  const double = map((n: number) => 2 * n)

  t.test(`a stage (${face.name}) can be iterated in the way of its face only`, async (t) => {
    const way = face.name === 'iter' ? Symbol.iterator : Symbol.asyncIterator
    const other = face.name === 'iter' ? Symbol.asyncIterator : Symbol.iterator
    const begun = compose(fromSource([1, 2]), double)
    for (const output of [double([1, 2]), double(() => [1, 2]), double([1, 2], {}), begun(), begun({})]) {
      t.ok(way in output)
      t.notOk(other in output)
      t.strictSame(await collect(output), [2, 4])
      t.strictSame(await collect(output), [2, 4], 'anew each time')
    }
  })

  t.test(`pipe (${face.name}): without stages the items are those of the source`, async (t) => {
    t.strictSame(await collect(face.api.pipe([1, 2])), [1, 2])
    t.strictSame(await collect(face.api.pipe([1, 2], double)), [2, 4])
    const { input, record } = face.recorded([1, 2, 3])
    t.strictSame(await collect(face.api.pipe(input), 1), [1])
    t.equal(record.closed, 1)
  })

  t.test(`compose (${face.name}) accepts functions over iterables as stages`, async (t) => {
    let closed = 0
    function* pairs(source: Iterable<number>): Generator<number[]> {
      try {
        for (const n of source) yield [n, n]
      } finally {
        closed++
      }
    }
    const { input, record } = face.recorded([1, 2, 3])
    if (face.name === 'iter') {
      t.strictSame(
        [...compose(pairs, fence(2))(input)],
        [
          [1, 1],
          [2, 2],
        ],
      )
    } else {
      async function* slowPairs(source: AsyncIterable<number>): AsyncGenerator<number[]> {
        try {
          for await (const n of source) yield [n, n]
        } finally {
          closed++
        }
      }
      t.strictSame(await collect(compose(slowPairs, fence(2))(input)), [
        [1, 1],
        [2, 2],
      ])
      t.strictSame(await collect(compose(slowPairs)(input)), [
        [1, 1],
        [2, 2],
        [3, 3],
      ])
    }
    t.ok(closed >= 1)
    t.equal(record.closed, record.opened)
    const fails = (): never => {
      throw new Error('not a transform')
    }
    await t.rejects(collect(compose(fails)(input)), { message: 'not a transform' })
    t.equal(record.closed, record.opened)
  })

  t.test(`stages (${face.name}) refuse bad arguments at the call`, async (t) => {
    t.throws(() => compose(), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages' })
    t.throws(() => compose(double, 'x' as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages[1]' })
    for (const k of [-1, 1.5, NaN, '1' as never])
      t.throws(() => fence(k), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'k' })
    t.throws(() => map(1 as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'fn' })
    t.throws(() => filter(1 as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'predicate' })
    t.throws(() => double('text' as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
    t.throws(() => double(null as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
    t.throws(() => double([1], { color: 1 } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'color' })
    t.throws(() => double([1], 5 as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'options' })
    const { signal } = new AbortController()
    t.throws(() => double({ signal } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
    t.throws(() => (double as unknown as () => unknown)(), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'source',
    })
  })
}

for (const { name, api } of [
  { name: 'async', api: async },
  { name: 'streams', api: streams as unknown as typeof async },
]) {
  const { compose, fence, filter, fromSource, map } = api
  const double = map((n: number) => 2 * n)

  t.test(`a stage (${name}) is a stage of a pipeline`, async (t) => {
    const got: unknown[] = []
    const sink = new Writable({
      objectMode: true,
      write: (item: unknown, _, callback) => {
        got.push(item)
        callback()
      },
    })
    const endless = Readable.from(
      (function* () {
        for (let n = 0; ; n++) yield n
      })(),
    )
    await pipeline(
      endless,
      double,
      compose(
        filter((n: number) => n % 4 === 0),
        fence(3),
      ),
      sink,
    )
    t.strictSame(got, [0, 4, 8])
    t.equal(endless.destroyed, true)
  })

  t.test(`a stage (${name}) can begin a pipeline if it has its own source`, async (t) => {
    const begin = compose(fromSource([1, 2, 3]), double)
    const got = await pipeline(begin, async (items: AsyncIterable<number>) => collect<number>(items))
    t.strictSame(got, [2, 4, 6])
  })

  t.test(`a stage (${name}) awaits promises, also over a sync iterable`, async (t) => {
    const slow = compose(
      map(async (n: number) => n + 1),
      filter(async (n: number) => n > 2),
    )
    t.strictSame(await all(slow(Readable.from([1, 2, 3]))), [3, 4])
    t.strictSame(await all(slow([1, 2, 3])), [3, 4])
    t.strictSame(await all(api.chain([slow([1, 2, 3])])), [3, 4])
  })
}

t.test('a stage of the sync face refuses anything asynchronous', async (t) => {
  const slow = iter.map(async (n: number) => n + 1)
  t.throws(() => [...slow([1])], { code: 'ERR_FANPIPE_ARGUMENT', argument: 'fn' })
  for (const source of [Readable.from([1]), new Blob(['a']).stream(), (async function* () {})()])
    t.throws(() => slow(source as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
  t.throws(() => [...slow((() => Readable.from([1])) as never)], { code: 'ERR_FANPIPE_ARGUMENT' })
})

t.test('a stage of the streams face returns a Readable for a Readable', async (t) => {
  const output = streams.map((n: number) => -n)(Readable.from([1, 2]))
  t.ok(output instanceof Readable)
  t.strictSame(await collect(output), [-1, -2])
})

t.test('duplex: stages run between a writable and a readable side', async (t) => {
  const { compose, duplex, fence, map, stage } = streams
  const through = async (stream: NodeJS.ReadWriteStream): Promise<unknown[]> => {
    const got: unknown[] = []
    for await (const item of Readable.from([1, 2, 3]).pipe(stream)) got.push(item)
    return got
  }
  t.strictSame(await through(duplex(map((n: number) => n * 10))), [10, 20, 30])
  t.strictSame(
    await through(
      duplex(
        compose(
          map((n: number) => n * 10),
          fence(2),
        ),
      ),
    ),
    [10, 20],
  )
  t.strictSame(
    await through(
      duplex(
        map((n: number) => n + 1),
        new PassThrough({ objectMode: true }),
        (n: number) => n * 2,
      ),
    ),
    [4, 6, 8],
  )
  const ten = Readable.from(Array.from({ length: 10 }, (_, i) => i))
  t.strictSame(await collect(ten.pipe(duplex(fence(2)))), [0, 1])
  t.throws(() => duplex(), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'parts' })
  const error = new Error('broken')
  const broken = stage(() => () => {
    throw error
  })
  await t.rejects(pipeline(Readable.from([1]), duplex(broken), new PassThrough({ objectMode: true })), error)
})

t.test('fork: a branch may be a Node Duplex, or a function that creates one', async (t) => {
  const { fork, map } = streams
  const pass = (): PassThrough => new PassThrough({ objectMode: true })
  t.strictSame(await all(fork([map((n: number) => 3 * n), pass, pass()])(Readable.from([1, 2]))), [
    [3, 1, 1],
    [6, 2, 2],
  ])
  await t.rejects(collect(fork([(() => 7) as never])(Readable.from([1]) as never)), {
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})
