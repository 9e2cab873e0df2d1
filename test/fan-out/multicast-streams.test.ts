import { finished, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import {
  chain,
  filter,
  fork,
  lineSource,
  map,
  merge,
  multicast,
  multicastSink,
  roundRobin,
  sourceOf,
  tee,
} from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'
import { failing, parked } from '../instruments/sources.ts'

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i)
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

t.test('a branch that is read by a stage of the async face is opened once', async (t) => {
  const [branch] = multicast([1, 2, 3], 1)
  const twice = async.map((n: number) => n)(branch)
  t.equal((await twice[Symbol.asyncIterator]().next()).value, 1)
  await t.rejects(twice[Symbol.asyncIterator]().next(), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'source',
    expected: 'a source that can be opened again',
  })
})

t.test('a junction reads the branches in lockstep, whatever maxlen is', async (t) => {
  const again = [1, 1, 2, 2, 3, 3]
  for (const maxlen of [1, 2, 3]) {
    const branches = () => multicast([1, 2, 3], 2, { maxlen })
    t.strictSame(await roundRobin(branches()).toArray(), again)
    t.strictSame(await merge(branches()).toArray(), again)
    const [a, b] = branches()
    t.strictSame(await roundRobin([map((n) => n)(a), map((n) => n)(b)]).toArray(), again)
    const sink = multicastSink(2, { maxlen })
    const both = roundRobin(sink.branches).toArray()
    await pipeline([1, 2, 3], sink)
    t.strictSame(await both, again)
  }
})

t.test('overflow fail: also if the branch is read by a junction or a stage', async (t) => {
  for (const reader of [
    (branch: Readable) => chain([branch]),
    (branch: Readable) => map((n: number) => n)(branch),
  ]) {
    const [a] = multicast(upTo(50), 2, { maxlen: 2, overflow: 'fail' })
    const { error } = await drained(reader(a))
    t.match(error, { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, lag: 2, maxlen: 2 })
  }
})

t.test('overflow fail: a consumer that leads by exactly maxlen and is paused has no demand', async (t) => {
  const slowly = () =>
    new Writable({ objectMode: true, write: (_item, _, done) => void global.setImmediate(done) })
  const branches = multicast(upTo(100), 2, { maxlen: 16, overflow: 'fail' })
  await t.resolves(Promise.all(branches.map((branch) => pipeline(branch, slowly()))))

  const [a] = multicast(upTo(100), 2, { maxlen: 16, overflow: 'fail' })
  const errors: unknown[] = []
  let seen = 0
  a.on('error', (error) => errors.push(error)).on('data', () => {
    if (++seen === 16) a.pause()
  })
  await settled()
  t.equal(seen, 16)
  t.strictSame(errors, [])
  a.resume()
  await settled()
  t.match(errors, [{ code: 'ERR_FANPIPE_OVERFLOW' }])
  t.equal(seen, 16)
})

t.test(
  'T1: the fastest branch leads by exactly maxlen, also after the slowest has read something',
  async (t) => {
    for (const highWaterMark of [1, 4, 16, 200]) {
      const branches = multicast(upTo(1000), 2, { maxlen: 100, highWaterMark })
      const [a, b] = branches
      let ahead = 0
      a.on('data', () => ahead++)
      const slow = b[Symbol.asyncIterator]()
      for (let taken = 1; taken <= 30; taken++) {
        await slow.next()
        await settled()
        t.equal(ahead, taken + 100, `highWaterMark ${highWaterMark}, after ${taken}`)
        t.equal(branches.stats()[1]?.lag, 100)
      }
      branches.forEach((branch) => branch.destroy())
    }
  },
)

t.test('stats() reports the lag and its peak while items flow, and after a branch has left', async (t) => {
  const branches = multicast(upTo(1000), 2, { maxlen: 1000 })
  const [a, b] = branches
  const lags: number[] = []
  a.on('data', () => lags.push(...branches.stats().map(({ lag }) => lag)))
  await new Promise((resolve) => a.once('end', resolve))
  t.strictSame(
    lags,
    upTo(1000).flatMap((n) => [0, n + 1]),
  )
  t.strictSame(
    branches.stats().map(({ lag, peak }) => [lag, peak]),
    [
      [0, 0],
      [1000, 1000],
    ],
  )
  await b.toArray()
  t.strictSame(
    branches.stats().map(({ lag, peak, done }) => [lag, peak, done]),
    [
      [0, 0, true],
      [0, 1000, true],
    ],
  )
  const [left, stays] = multicast(upTo(10), 2)
  const rest = stays.toArray()
  await new Promise((resolve) => left.once('readable', resolve))
  left.destroy()
  t.equal((await rest).length, 10)
})

t.test('stats() can be called at any point and has no side effects', async (t) => {
  const branches = multicast(upTo(50), 2, { maxlen: 4 })
  const [a, b] = branches
  const ahead = a.toArray()
  b.once('readable', () => undefined)
  await settled()
  b.on('data', () => branches.stats())
  t.equal((await ahead).length, 50)
})

t.test('a wake-up during a poll is not lost: a single branch reads a file to its end', async (t) => {
  const path = folder(t).fileOf('three.txt', 'a\nb\nc\n')
  const three = ['a', 'b', 'c']
  t.strictSame(await multicast(lineSource(path), 1)[0].toArray(), three)
  const [left, stays] = tee(lineSource(path))
  left.destroy()
  t.strictSame(await stays.toArray(), three)
  const [one] = multicast(lineSource(path), 2)
  t.strictSame(await one.toArray(), three, 'the other branch is idle')
  const uneven = fork([map((line: string) => line), filter((line: string) => line === 'a')])
  t.match((await drained(uneven(lineSource(path)))).error, { code: 'ERR_FANPIPE_CARDINALITY' })
  const atOnce = { then: (resolve: (value: number) => void) => resolve(1) }
  t.strictSame(await all(async.multicast([atOnce as unknown as number], 1)[0]), [1])
})

t.test('an abort, and cancel: all, fail a branch that has not been read yet', async (t) => {
  const heard = (branch: Readable) => new Promise((resolve) => finished(branch, resolve))
  const controller = new AbortController()
  const aborted = multicast([1], 2, { signal: controller.signal }).map(heard)
  controller.abort('enough')
  for (const error of await Promise.all(aborted)) t.match(error, { name: 'AbortError', cause: 'enough' })
  const [a, b] = multicast([1], 2, { cancel: 'all' })
  const other = heard(b)
  a.destroy()
  t.match(await other, { name: 'AbortError' })
})

t.test('close() ends every branch for its reader', async (t) => {
  const branches = multicast(parked, 2, { closeTimeout: 5 })
  const reading = branches.map((branch) => drained(branch))
  await settled()
  await branches.close()
  for (const { error } of await Promise.all(reading)) t.match(error, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  t.ok(branches.every(({ destroyed }) => destroyed))
  const iterators = async.multicast(parked, 2, { closeTimeout: 5 })
  const waiting = iterators.map((iterator) => iterator.next())
  await iterators.close()
  for (const { done } of await Promise.all(waiting)) t.equal(done, true)
})

t.test('byte mode follows the source, or the option objectMode', async (t) => {
  const bytes = (): Readable => Readable.from([Buffer.alloc(1000), Buffer.alloc(1000)], { objectMode: false })
  for (const split of [multicast(bytes, 2, { objectMode: false }), tee(bytes, 2, { objectMode: false })]) {
    t.ok(split.every(({ readableObjectMode }) => !readableObjectMode))
    const sizes = await Promise.all(
      split.map(async (branch) => Buffer.concat((await branch.toArray()) as Buffer[]).length),
    )
    t.strictSame(sizes, [2000, 2000])
  }
  t.throws(() => multicast([1], 1, { objectMode: false }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'objectMode',
  })
  const [ahead] = multicast(
    Readable.from(
      upTo(50).map(() => Buffer.alloc(1000)),
      { objectMode: false },
    ),
    2,
    { objectMode: true, maxlen: 3 },
  )
  let chunks = 0
  ahead.on('data', () => chunks++)
  await settled()
  t.equal(chunks, 3, 'in object mode, each chunk is an item')
  ahead.destroy()
})

t.test('a primitive error keeps its identity through a branch', async (t) => {
  t.match(await drained(async.multicast(failing([1], 'just text'), 1)[0]), { items: [1], error: 'just text' })
})

t.test('a branch given back by a refused call is bounded and closed as before', async (t) => {
  const branches = multicast(upTo(100), 2, { maxlen: 4, highWaterMark: 16 })
  const [a, b] = branches
  t.throws(() => chain([b, 5 as never]), { code: 'ERR_FANPIPE_ARGUMENT' })
  t.throws(() => chain([a, 5 as never]), { code: 'ERR_FANPIPE_ARGUMENT' })
  let ahead = 0
  a.on('data', () => ahead++)
  b.on('readable', () => undefined)
  await settled()
  t.equal(ahead, 4)
  await branches.close()
  t.ok(a.destroyed && b.destroyed)
})

t.test('a fork over a multicast pairs the right outputs, even with reentrant pulls', async (t) => {
  const pairs = upTo(50).map((n) => [n, -n])
  const lines = folder(t).fileOf('many.txt', upTo(50).join('\n'))
  const sources: Record<string, () => AsyncIterable<number>> = {
    'a Readable': () => {
      const source = new Readable({ objectMode: true, read() {} })
      setTimeout(() => {
        for (const n of upTo(50)) source.push(n)
        source.push(null)
      }, 5)
      return source
    },
    'a file': () => async.map(Number)(lineSource(lines)),
  }
  for (const [name, source] of Object.entries(sources)) {
    for (const fan of [async.multicast, async.tee as unknown as typeof async.multicast]) {
      const forked = async.fork([async.map((n: number) => n), async.map((n: number) => -n)])(source())
      for (const got of await Promise.all(fan(forked, 3).map((branch) => all(branch))))
        t.strictSame(got, pairs, name)
    }
  }
})

t.test('the path of sourceOf begins at the branch, and continues to the source', async (t) => {
  const boom = new Error('boom')
  const [branch] = multicast(chain([[1], failing([2], boom)], { labels: ['good', 'bad'] }), 1)
  const { items, error } = await drained(merge([[0], branch], { labels: ['a', 'b'] }))
  t.strictSame(items, [0, 1, 2])
  t.equal(error, boom)
  t.strictSame(sourceOf(boom), [
    { index: 1, label: 'b' },
    { index: 1, label: 'bad' },
  ])
})
