import { setTimeout as sleep } from 'node:timers/promises'
import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'

function* upTo(end: number, onClose: () => void = () => undefined): Generator<number> {
  try {
    for (let n = 0; n < end; n++) yield n
  } finally {
    onClose()
  }
}
async function read(branch: AsyncIterable<number>): Promise<number[]> {
  const items: number[] = []
  for await (const item of branch) items.push(item)
  return items
}
const takeFrom = (branch: Iterator<number>, count: number): unknown[] =>
  Array.from({ length: count }, () => branch.next().value as unknown)

t.test('a late branch begins with the first item that no branch has taken', async (t) => {
  const branches = iter.multicast(upTo(6), 2)
  const [fast, slow] = branches
  takeFrom(fast, 3)
  takeFrom(slow, 1)
  const late = branches.branch()
  t.strictSame(Array.from(late), [3, 4, 5])
  t.strictSame(Array.from(slow), [1, 2, 3, 4, 5])
  t.strictSame(Array.from(fast), [3, 4, 5])
})

t.test("from: 'oldest' begins with the oldest item that is held, at most its own maxlen back", async (t) => {
  const branches = iter.multicast(upTo(6), 2)
  const [fast, slow] = branches
  takeFrom(fast, 4)
  takeFrom(slow, 1)
  const all = branches.branch({ from: 'oldest' })
  const two = branches.branch({ from: 'oldest', maxlen: 2 })
  t.strictSame(
    branches.stats().map(({ lag }) => lag),
    [0, 3, 3, 2],
  )
  t.strictSame(Array.from(two), [2, 3, 4, 5])
  t.strictSame(Array.from(all), [1, 2, 3, 4, 5])
})

t.test("with a byte stream, 'oldest' goes back at most maxlen bytes", async (t) => {
  const bytes = (text: string): Buffer => Buffer.from(text)
  const branches = streams.multicast(
    Readable.from(['ab', 'cde', 'f', 'gh'].map(bytes), { objectMode: false }),
    2,
    {
      highWaterMark: 0,
    },
  )
  const [fast, slow] = branches
  const reading = fast[Symbol.asyncIterator]()
  for (let i = 0; i < 3; i++) await reading.next()
  const late = branches.branch({ from: 'oldest', maxlen: 4 })
  const rest = { [Symbol.asyncIterator]: () => reading }
  t.strictSame(await Promise.all([text(late), text(slow), text(rest)]), ['cdefgh', 'abcdefgh', 'gh'])
})

async function text(chunks: AsyncIterable<unknown>): Promise<string> {
  let all = ''
  for await (const chunk of chunks) all += String(chunk)
  return all
}

t.test('items buffered by a Readable count as taken, but do not make a new branch the leader', async (t) => {
  const branches = streams.multicast(upTo(20), 2, { highWaterMark: 4 })
  const [first, second] = branches
  const read = first[Symbol.asyncIterator]()
  await read.next()
  await sleep(5)
  const late = branches.branch()
  t.strictSame(
    branches.stats().map(({ lag }) => lag),
    [0, 1, 0],
    'only items received by the consumer of the first branch count',
  )
  const [fromLate, fromSecond] = [late.toArray(), second.toArray()]
  const rest: number[] = []
  for await (const item of { [Symbol.asyncIterator]: () => read }) rest.push(item)
  t.equal(rest.length, 19)
  t.equal((await fromSecond).length, 20)
  const seen = await fromLate
  t.equal(seen.at(-1), 19)
  t.equal(seen[0], 20 - seen.length)
  t.ok(seen.length < 19 && seen.length >= 14, 'not the items buffered by the first branch')
})

t.test('a branch that joins after the end ends at once', async (t) => {
  const branches = async.multicast(upTo(2), 1)
  t.strictSame(await read(branches[0]), [0, 1])
  t.strictSame(await branches.branch().next(), { done: true, value: undefined })
})

t.test('a branch that joins after an error fails with it', async (t) => {
  const error = new Error('broken')
  const branches = async.multicast(
    (function* () {
      yield 1
      throw error
    })(),
    1,
  )
  await branches[0].next()
  await t.rejects(branches[0].next(), error)
  t.equal(
    await branches
      .branch()
      .next()
      .catch((met: unknown) => met),
    error,
  )
})

t.test('a branch that joins after the last one has left fails with an AbortError', async (t) => {
  const aborted = {
    name: 'AbortError',
    code: 'ABORT_ERR',
    cause: 'the source was closed before this branch joined',
  }
  const sync = iter.multicast(upTo(5), 1)
  takeFrom(sync[0], 1)
  sync[0].return?.()
  t.throws(() => sync.branch().next(), aborted)
  const readables = streams.multicast(upTo(5), 1)
  await readables.close()
  await t.rejects(readables.branch().toArray(), aborted)
})

t.test(
  'a branch that joins after the last one has left receives no item that was pulled for the others',
  async (t) => {
    for (const from of ['next', 'oldest'] as const) {
      const branches = streams.multicast(upTo(9), 2, { maxlen: 1 })
      const [fast, slow] = branches
      // It reads ahead up to the limit, where it pulls one more item.
      fast.read()
      await sleep(1)
      t.equal(fast.read(), 0)
      await sleep(1)
      fast.destroy()
      slow.destroy()
      const late = branches.branch({ from })
      const items: unknown[] = []
      late.on('data', (item) => items.push(item))
      const error = await new Promise((resolve) => late.on('error', resolve))
      t.strictSame(items, [], from)
      t.match(error, { name: 'AbortError' })
    }
  },
)

t.test('the options of a late branch are checked, and default to those of the multicast', async (t) => {
  const branches = iter.multicast(upTo(9), 1, { maxlen: 2, overflow: 'drop-oldest' })
  t.throws(() => branches.branch({ from: 'start' as 'next' }), {
    message: /^from must be one of 'next', 'oldest'/,
  })
  t.throws(() => branches.branch({ overflow: 'block' }), {
    message: /^overflow must be one that does not wait/,
  })
  const late = branches.branch()
  takeFrom(branches[0], 5)
  t.strictSame(takeFrom(late, 2), [3, 4])
})

t.test(
  'a multicast without branches is a hub: it opens for the first branch, and stays open until it is closed',
  async (t) => {
    let [opened, closed] = [0, 0]
    const hub = iter.multicast(() => {
      opened++
      return upTo(9, () => closed++)
    }, 0)
    t.equal(hub.length, 0)
    t.strictSame(hub.stats(), [])
    t.equal(opened, 0)
    const first = hub.branch()
    t.strictSame(takeFrom(first, 2), [0, 1])
    first.return?.()
    t.equal(closed, 0)
    const second = hub.branch()
    t.strictSame(takeFrom(second, 2), [2, 3])
    t.equal(hub.stats().length, 1, 'the first branch is done and no longer listed')
    await hub.close()
    t.equal(closed, 1)
    t.equal(second.next().done, true)
    t.throws(() => hub.branch().next(), { code: 'ABORT_ERR' })
    t.equal(opened, 1)
  },
)

t.test('a hub that is closed before any branch has joined never opens its source', async (t) => {
  let opened = 0
  const hub = async.multicast(() => {
    opened++
    return upTo(3)
  }, 0)
  await hub.close()
  await t.rejects(hub.branch().next(), { code: 'ABORT_ERR' })
  t.equal(opened, 0)
})

t.test(
  'an item that was pulled, but that no branch was allowed to take, goes to the next branch to join the hub',
  async (t) => {
    const hub = async.multicast(upTo(4), 0, { maxlen: 1 })
    const [fast, slow] = [hub.branch(), hub.branch()]
    await fast.next()
    const blocked = fast.next()
    await sleep(1)
    await Promise.all([fast.return?.(), slow.return?.()])
    t.equal((await blocked).done, true)
    const [first, second] = [hub.branch(), hub.branch()]
    t.strictSame(await Promise.all([read(first), read(second)]), [
      [1, 2, 3],
      [1, 2, 3],
    ])
  },
)

t.test('a signal closes a hub that has no branches left', async (t) => {
  const controller = new AbortController()
  let closed = 0
  const hub = async.multicast(
    upTo(5, () => closed++),
    0,
    { signal: controller.signal },
  )
  const branch = hub.branch()
  await branch.next()
  await branch.return?.()
  controller.abort('enough')
  await t.rejects(hub.branch().next(), { name: 'AbortError', cause: 'enough' })
  t.equal(closed, 1)
})

t.test('thousands of branches that join and leave do not leak', async (t) => {
  const hub = iter.multicast(upTo(1e6), 0)
  for (let i = 0; i < 5000; i++) {
    const branch = hub.branch()
    branch.next()
    branch.return?.()
  }
  t.equal(hub.stats().length, 1)
  await hub.close()
})

t.test('a multicastSink can gain branches, too', async (t) => {
  const sink = streams.multicastSink<number>(0)
  const first = sink.branch()
  const all = first.toArray()
  sink.write(1)
  sink.end(2)
  t.strictSame(await all, [1, 2])
  t.strictSame(await sink.branch().toArray(), [])
})
