import { PassThrough, Readable, Transform } from 'node:stream'
import t from 'tap'
import { chain, csvSource, fork, lineSource, map, sourceOf } from '../../lib/index.ts'
import { fork as forkAsync } from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import { all, drained } from '../instruments/drain.ts'
import { counting, failing, recording } from '../instruments/sources.ts'

const passThrough = (): PassThrough => new PassThrough({ objectMode: true })

const transform = (run: (item: unknown, stream: Transform, done: (error?: Error) => void) => void) => () =>
  new Transform({
    objectMode: true,
    transform(item, _, done) {
      run(item, this, done)
    },
  })

/** Yields the same items, each a moment later. */
async function* later<T>(source: Iterable<T>): AsyncGenerator<T> {
  yield* source
}

const same = map((item: unknown) => item)

t.test('E1: a Duplex works as a branch just like a stage, whether fast or slow', async (t) => {
  const slow = transform((item, stream, done) => {
    setImmediate(() => {
      stream.push((item as number) * 10)
      done()
    })
  })
  const pairs = fork([same, passThrough, slow])
  t.strictSame(await all(pairs(later([1, 2, 3]))), [
    [1, 1, 10],
    [2, 2, 20],
    [3, 3, 30],
  ])
  t.strictSame(await all(pairs(Readable.from([4]))), [[4, 4, 40]], 'FR: again')
})

t.test('backpressure: no more is written to a Duplex than its highWaterMark allows', async (t) => {
  const { source, taken } = counting()
  for await (const pair of fork([same, passThrough])(Readable.from(source))) {
    t.strictSame(pair, [0, 0])
    await new Promise((resolve) => setTimeout(resolve, 10))
    break
  }
  t.ok(taken() <= 2 * 16 + 2, `${taken()} taken`)
})

t.test('C1: a Duplex and the input are closed on an early exit and on error', async (t) => {
  const made: PassThrough[] = []
  const make = (): PassThrough => {
    const one = passThrough()
    made.push(one)
    return one
  }
  const { async: source, record } = recording([1, 2, 3])
  for await (const pair of fork([make])(source)) {
    t.strictSame(pair, [1])
    break
  }
  t.ok(made[0]?.destroyed)
  t.strictSame([record.opened, record.closed], [1, 1])

  const boom = new Error('boom')
  const { items, error } = await drained(fork([make])(later(failing([1, 2], boom))))
  t.strictSame(items, [[1], [2]], 'X1: items before an error are not lost')
  t.equal(error, boom)
  t.ok(made[1]?.destroyed)

  const opening = await drained(
    fork([make])(() => {
      throw boom
    }),
  )
  t.equal(opening.error, boom)
})

t.test('an error of a Duplex arrives unchanged, and is traced to its source', async (t) => {
  const boom = new Error('boom')
  const broken = transform((_, __, done) => done(boom))
  const { async: source, record } = recording([1, 2, 3])
  const { error } = await drained(chain([[], fork([broken])(source)], { labels: ['none', 'forked'] }))
  t.equal(error, boom)
  t.strictSame(sourceOf(error), [{ index: 1, label: 'forked' }])
  t.strictSame([record.opened, record.closed], [1, 1])
})

t.test('C1: a Duplex that ends early is closed, and closes its upstream', async (t) => {
  const made: Transform[] = []
  const short = (): Transform => {
    const one = transform((item, stream, done) => {
      if (item === 0) stream.push(item)
      if (item === 0) stream.push(null)
      done()
    })()
    made.push(one)
    return one
  }
  let closed = 0
  async function* endless() {
    try {
      yield* counting().source
    } finally {
      closed++
    }
  }
  t.strictSame(await all(fork([short])(endless())), [[0]])
  t.equal(closed, 1)
  t.ok(made[0]?.destroyed)
})

t.test(
  'refused: a synchronous run, an instance used twice, anything but a Duplex, a null item',
  async (t) => {
    t.throws(() => [...iter.compose(fork([passThrough]))([1])], {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'source',
    })
    const once = fork([passThrough()])
    t.strictSame(await all(once(Readable.from([1]))), [[1]])
    await t.rejects(all(once(Readable.from([1]))), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages[0]' })
    await t.rejects(all(fork([passThrough])(later([1, null]))), { code: 'ERR_FANPIPE_NULL', index: 1 })
    t.throws(() => forkAsync([passThrough() as never]), { code: 'ERR_FANPIPE_ARGUMENT' })
  },
)

t.test('if a source fails to open, the stream created for it is closed', async (t) => {
  await t.rejects(
    all(
      lineSource(() => {
        throw new Error('not today')
      }),
    ),
    { message: 'not today' },
  )
})

t.test(
  'a function from iterable to iterable also works as a stage of a fork; anything else is named in the error',
  async (t) => {
    const same = async function* (source: AsyncIterable<number>): AsyncGenerator<number> {
      yield* source
    }
    t.strictSame(await all(fork([same, passThrough])(later([1, 2]) as AsyncIterable<number>)), [
      [1, 1],
      [2, 2],
    ])
    t.throws(() => fork([5 as never]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'stages[0]' })
  },
)

/** A source with one chunk and a second that never arrives; counts pulls and closings. */
function oneChunk<T>(chunk: T): AsyncIterable<T> & { asked: number; closed: number } {
  return {
    asked: 0,
    closed: 0,
    [Symbol.asyncIterator]() {
      return {
        next: () =>
          this.asked++ === 0
            ? Promise.resolve({ done: false as const, value: chunk })
            : new Promise<never>(() => undefined),
        return: async () => {
          this.closed++
          return { done: true as const, value: undefined }
        },
      }
    },
  }
}

t.test('an item that is ready does not wait for the next input of the Duplex', async (t) => {
  const text = (chunk: string) => oneChunk(Buffer.from(chunk))
  const outputs: Record<
    string,
    () => [{ asked: number; closed: number }, AsyncIterable<unknown>, unknown[]]
  > = {
    lineSource() {
      const source = text('a\nb\nc')
      return [source, lineSource(source), ['a', 'b']]
    },
    'a decoded lineSource': () => {
      const source = text('a\nb\nc')
      return [source, lineSource(source, { encoding: 'latin1' }), ['a', 'b']]
    },
    csvSource() {
      const source = text('n\n1\n2\n3')
      return [source, csvSource(source), [{ n: '1' }, { n: '2' }]]
    },
    'a fork with a Duplex': () => {
      const source = oneChunk(1)
      return [source, fork([same, passThrough])(source), [[1, 1]]]
    },
  }
  for (const [name, make] of Object.entries(outputs)) {
    const [source, output, expected] = make()
    const items: unknown[] = []
    for await (const item of output) if (items.push(item) === expected.length) break
    t.strictSame(items, expected, name)
    t.equal(source.asked, 1, `${name}: pulled once`)
    t.equal(source.closed, 1, `${name}: closed`)
  }
})
