import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import type { Overflow } from '../../lib/index.ts'
import { collect, faces } from '../instruments/faces.ts'
import { settled } from '../instruments/hand-clock.ts'

function* upTo(end: number): Generator<number> {
  for (let n = 0; n < end; n++) yield n
}
const iterate = (branch: unknown): AsyncIterator<number> =>
  (branch as AsyncIterable<number>)[Symbol.asyncIterator]()
const valueOf = ({ value }: IteratorResult<number>): number => value as number
/** Reads until the end or an error; an error is the last element of the result. */
async function outcome(branch: unknown): Promise<unknown[]> {
  const items: unknown[] = []
  try {
    for await (const item of branch as AsyncIterable<unknown>) items.push(item)
  } catch (error) {
    items.push((error as { code?: unknown }).code)
  }
  return items
}

const slow: readonly [overflow: Overflow, gets: unknown[], told: number[]][] = [
  ['drop-oldest', [7, 8, 9], [7]],
  ['drop-newest', [0, 1, 2], [7]],
  ['detach', [0, 1, 2, 'ERR_FANPIPE_OVERFLOW'], []],
]
for (const { name, api } of faces)
  for (const [overflow, gets, told] of slow)
    t.test(`overflow '${overflow}' (${name}): items are dropped only for the slow branch`, async (t) => {
      const heard: number[] = []
      const branches = api.multicast(upTo(10), [
        { maxlen: 100, overflow: 'fail' },
        { maxlen: 3, overflow, onLag: (dropped) => heard.push(dropped) },
      ])
      t.strictSame(await collect(branches[0]), [...upTo(10)])
      t.strictSame(heard, [], 'onLag is not called before the branch asks')
      t.strictSame(
        branches.stats().map(({ lag, dropped }) => ({ lag, dropped })),
        [
          { lag: 0, dropped: 0 },
          { lag: overflow === 'detach' ? 0 : 3, dropped: told[0] ?? 0 },
        ],
      )
      t.strictSame(await outcome(branches[1]), gets)
      t.strictSame(heard, told)
    })

for (const { name, api } of faces.slice(1))
  for (const [overflow, gets, told] of [
    ['drop-oldest', [1, 2], [1]],
    ['drop-newest', [0, 1], [1]],
    ['detach', [0, 1, 'ERR_FANPIPE_OVERFLOW'], []],
  ] as const)
    t.test(
      `overflow '${overflow}' (${name}): a branch does not hold up the others, even while a blocking one does`,
      async (t) => {
        const heard: number[] = []
        const [fast, slow, lossy] = api.multicast(upTo(3), [
          {},
          { overflow: 'block', maxlen: 2 },
          { overflow, maxlen: 2, onLag: (dropped) => heard.push(dropped) },
        ])
        const [reading, reader] = [iterate(fast), iterate(slow)]
        t.strictSame([await reading.next(), await reading.next()].map(valueOf), [0, 1])
        const third = reading.next()
        await settled()
        t.equal(valueOf(await reader.next()), 0)
        t.equal(valueOf(await third), 2)
        t.strictSame([await outcome(lossy), heard], [gets, told])
      },
    )

t.test('onLag is called before the next item, each time items were dropped', async (t) => {
  const log: unknown[] = []
  const [fast, lossy] = iter.multicast(upTo(6), [
    {},
    { maxlen: 1, overflow: 'drop-oldest', onLag: (dropped) => log.push(`without ${dropped}`) },
  ])
  const take = (branch: Iterator<number>): number => branch.next().value as number
  take(fast)
  take(fast)
  take(fast)
  log.push(take(lossy))
  take(fast)
  take(fast)
  log.push(take(lossy))
  t.strictSame(log, ['without 2', 2, 'without 1', 4])
})

t.test('the last drops are reported before the end, and before an error', async (t) => {
  function* broken(): Generator<number> {
    yield* [0, 1, 2]
    throw new Error('broken')
  }
  for (const [source, end] of [
    [upTo(3), { done: true, value: undefined }],
    [broken(), 'broken'],
  ] as const) {
    const log: unknown[] = []
    const [fast, lossy] = iter.multicast(source, [
      {},
      { maxlen: 1, overflow: 'drop-newest', onLag: (dropped) => log.push(dropped) },
    ])
    t.strictSame(lossy.next().value, 0)
    await outcome(async.chain([fast]))
    t.equal(lossy.next().value, 1)
    t.strictSame(log.splice(0), [1])
    try {
      log.push(lossy.next())
    } catch (error) {
      log.push((error as Error).message)
    }
    t.strictSame(log, [end])
  }
})

t.test('an onLag that throws fails its own branch only', async (t) => {
  const [fast, lossy] = iter.multicast(upTo(4), [
    {},
    {
      maxlen: 1,
      overflow: 'drop-oldest',
      onLag() {
        throw new Error('no')
      },
    },
  ])
  fast.next()
  fast.next()
  t.throws(() => lossy.next(), { message: 'no' })
  t.strictSame([...fast], [2, 3])
})

t.test(
  'the Readable of a lossy branch takes nothing while it is paused, since buffered items cannot be dropped',
  async (t) => {
    const [fast, lossy] = streams.multicast(upTo(100), [{}, { maxlen: 4, overflow: 'drop-oldest' }])
    t.equal(lossy.readableHighWaterMark, 0)
    const first = new Promise((resolve) =>
      lossy.once('data', (item) => {
        lossy.pause()
        resolve(item)
      }),
    )
    t.equal(await first, 0)
    t.equal((await fast.toArray()).length, 100)
    t.strictSame(await lossy.toArray(), [96, 97, 98, 99])
    t.throws(() => streams.multicast([1], [{ overflow: 'drop-newest', maxlen: 16 }], { highWaterMark: 16 }), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'highWaterMark',
    })
    const [buffered] = streams.multicast([1], [{ overflow: 'drop-newest', maxlen: 16 }], {
      highWaterMark: 15,
    })
    t.equal(buffered.readableHighWaterMark, 15)
  },
)

t.test(
  'reading ahead causes no drops: only demand from the consumer of the fastest branch does',
  async (t) => {
    const [fast, lossy] = streams.multicast(upTo(20), [{}, { maxlen: 2, overflow: 'drop-oldest' }], {
      maxlen: 50,
    })
    fast.read(0)
    await new Promise(setImmediate)
    t.equal(fast.readableLength, 2)
    t.strictSame(await Promise.all([fast.toArray(), lossy.toArray()]).then(([all]) => all.length), 20)
  },
)

t.test('bytes: the oldest chunks are dropped until the new one fits', async (t) => {
  const log: number[] = []
  const source = Readable.from(
    ['aaaa', 'bb', 'cc', 'ddd'].map((text) => Buffer.from(text)),
    { objectMode: false },
  )
  const [fast, lossy] = streams.multicast(source, [
    {},
    { maxlen: 6, overflow: 'drop-oldest', onLag: (bytes) => log.push(bytes) },
  ])
  t.equal(Buffer.concat((await fast.toArray()) as Buffer[]).toString(), 'aaaabbccddd')
  t.equal(lossy.readableObjectMode, false)
  t.equal(Buffer.concat((await lossy.toArray()) as Buffer[]).toString(), 'bbccddd')
  t.strictSame(log, [4])
})
