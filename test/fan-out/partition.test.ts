import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { faces } from '../instruments/faces.ts'

const numbers = (end: number): number[] => Array.from({ length: end }, (_, n) => n)

async function read(branch: AsyncIterable<number> | Iterable<number>): Promise<number[]> {
  const items: number[] = []
  for await (const item of branch) items.push(item)
  return items
}

for (const { name, api } of faces) {
  t.test(`${name}: each item goes to the chosen branch`, async (t) => {
    const inputs = fc.array(fc.nat(9), { maxLength: 40 })
    await t.resolves(
      fc.assert(
        fc.asyncProperty(inputs, fc.integer({ min: 1, max: 4 }), async (input, n) => {
          const parts = await Promise.all([...api.partition(input, n, (item) => item % n)].map(read))
          const expected = numbers(n).map((part) => input.filter((item) => item % n === part))
          return JSON.stringify(parts) === JSON.stringify(expected)
        }),
        { numRuns: 30 },
      ),
    )
  })

  t.test(`${name}: an index that is not a branch fails all branches`, async (t) => {
    const [first, second] = api.partition([0, 1, 5], 2, (item) => item)
    const message = 'what choose returns must be the index of a branch, from 0 to 1, not 5'
    const met = await Promise.all(
      [first, second].map((branch) => read(branch).catch((error: Error) => error)),
    )
    for (const error of met) t.match(error, { code: 'ERR_FANPIPE_ARGUMENT', message })
    for (const index of ['0', 'length', [1], 1n, 0.5, NaN, undefined]) {
      const [branch] = api.partition([0], 2, () => index as number)
      await t.rejects(read(branch), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'what choose returns' })
    }
  })

  t.test(
    `${name}: an error thrown by choose fails all branches, after the items queued for them`,
    async (t) => {
      const error = new Error('no idea')
      const [first, second] = api.partition([0, 1, 2], 2, (item) => {
        if (item === 2) throw error
        return item
      })
      const reading = [first, second].map((branch) => api.map((n: number) => n)(branch))
      for (const [i, branch] of reading.entries()) {
        const seen: number[] = []
        await t.rejects(async () => {
          for await (const item of branch) seen.push(item)
        }, error)
        t.strictSame(seen, [i])
      }
    },
  )

  t.test(`${name}: items for a branch that has left cause an error, or are dropped`, async (t) => {
    const split = (gone?: 'drop') => api.partition([0, 1, 2, 3], 2, (item) => item % 2, { gone })
    const left = split()
    await left[1].return?.()
    if (name === 'streams') (left[1] as unknown as Readable).destroy()
    await t.rejects(read(left[0]), {
      message:
        "what choose returns must be the index of an open branch, not 1, which has left: to drop the items of branches that have left, use gone: 'drop'",
    })
    const dropping = split('drop')
    if (name === 'streams') (dropping[1] as unknown as Readable).destroy()
    else await dropping[1].return?.()
    t.strictSame(await read(dropping[0]), [0, 2])
  })
}

t.test('the backpressure of the chosen branch holds: nothing more is pulled', async (t) => {
  let pulled = 0
  const source = function* (): Generator<number> {
    for (const n of [1, 1, 1, 0]) {
      pulled++
      yield n
    }
  }
  const branches = async.partition(source, 2, (item) => item, { maxlen: 2 })
  const [zero, one] = branches
  const waiting = zero.next()
  await sleep(1)
  t.equal(pulled, 3, 'two items are queued, and there is no room for the third')
  t.strictSame(
    branches.stats().map(({ lag, peak }) => [lag, peak]),
    [
      [0, 0],
      [2, 2],
    ],
  )
  t.strictSame(await one.next(), { done: false, value: 1 })
  t.strictSame(await waiting, { done: false, value: 0 })
  t.strictSame([await read(one), await read(zero)], [[1, 1], []])
})

t.test("overflow: 'fail' names the branch that cannot keep up", async (t) => {
  const [zero] = iter.partition([1, 1, 1, 0], 2, (item) => item, { maxlen: 2 })
  t.throws(() => zero.next(), {
    code: 'ERR_FANPIPE_OVERFLOW',
    branch: 1,
    lag: 2,
    maxlen: 2,
    message:
      'branch 1 cannot keep up: it is 2 behind with its own items, and maxlen is 2: consume the branches concurrently, or raise maxlen',
  })
})

t.test('the oldest or newest items of a branch can be dropped, and onLag is called', async (t) => {
  const told: number[] = []
  const split = (overflow: 'drop-oldest' | 'drop-newest') =>
    iter.partition([10, 11, 12, 13, 0], [{}, { overflow, maxlen: 2, onLag: (n) => told.push(n) }], (item) =>
      item === 0 ? 0 : 1,
    )
  for (const [overflow, kept] of [
    ['drop-oldest', [12, 13]],
    ['drop-newest', [10, 11]],
  ] as const) {
    const branches = split(overflow)
    t.strictSame(Array.from(branches[0]), [0])
    t.equal(branches.stats()[1]?.dropped, 2)
    t.strictSame(Array.from(branches[1]), kept)
  }
  t.strictSame(told, [2, 2])
})

t.test(
  'only the detached branch fails, after its queued items, and later items for it are dropped',
  async (t) => {
    const [zero, one] = iter.partition(
      [1, 1, 1, 0, 1, 0],
      [{}, { overflow: 'detach', maxlen: 2 }],
      (item) => item,
    )
    t.strictSame(Array.from(zero), [0, 0])
    t.strictSame([one.next().value, one.next().value], [1, 1])
    t.throws(() => one.next(), { code: 'ERR_FANPIPE_OVERFLOW', branch: 1 })
  },
)

t.test('a promise is refused as an index', async (t) => {
  const [only] = async.partition([0], 1, (() =>
    Promise.reject(new Error('unused'))) as unknown as () => number)
  await t.rejects(only.next(), {
    message: /^what choose returns must be the index of a branch, from 0 to 0, not a promise/,
  })
})

t.test('byte streams are refused, at the call or once they turn out to be bytes', async (t) => {
  const bytes = (): Readable => Readable.from([Buffer.from('a\n')], { objectMode: false })
  const advice = /split the bytes into lines or rows first/
  t.throws(() => streams.partition(bytes(), 2, () => 0), { message: advice })
  const [first] = streams.partition(bytes, 2, () => 0)
  await t.rejects(first.toArray(), { message: advice })
})

t.test('arguments are checked', async (t) => {
  t.throws(() => iter.partition([1], 2, 1 as unknown as () => number), {
    message: /^choose must be a function/,
  })
  t.throws(() => iter.partition([1], -1, () => 0), { message: /^n must be an integer from 0/ })
  t.throws(() => iter.partition([1], 2, () => 0, { overflow: 'block' }), { message: /^overflow must be/ })
  t.throws(() => iter.partition([1], 2, () => 0, { gone: 'keep' as 'drop' }), { message: /^gone must be/ })
})

t.test(
  'an item that is waiting for room is still delivered if the source is aborted meanwhile',
  async (t) => {
    const controller = new AbortController()
    const [zero, one] = async.partition([1, 2, 0], 2, (item) => Math.min(item, 1), {
      maxlen: 1,
      signal: controller.signal,
    })
    const waiting = zero.next().catch((error: Error) => error.name)
    await sleep(1)
    controller.abort()
    t.equal(await waiting, 'AbortError')
    t.strictSame([(await one.next()).value, (await one.next()).value], [1, 2])
    await t.rejects(one.next(), { name: 'AbortError' })
  },
)

t.test('items buffered by a Readable count, and reading ahead is no overflow', async (t) => {
  const items = [...Array<number>(8).fill(1), 0]
  const branches = streams.partition(items, 2, (item) => item, { maxlen: 3, overflow: 'fail' })
  const [zero, one] = branches
  one.read(0)
  await sleep(5)
  t.equal(branches.stats()[1]?.lag, 3)
  t.equal(one.readableLength, 3)
  const seen = await one.iterator({ destroyOnReturn: false }).next()
  t.equal(seen.value, 1)
  t.strictSame(await one.toArray(), Array<number>(7).fill(1))
  t.strictSame(await zero.toArray(), [0])
})

t.test('if all items waiting for a branch are already in its buffer, the new item is dropped', async (t) => {
  const items = [1, 1, 1, 1, 0]
  const branches = streams.partition(items, [{}, { maxlen: 3, overflow: 'drop-oldest' }], (item) => item, {
    highWaterMark: 2,
  })
  const [zero, one] = branches
  one.read(0)
  await sleep(5)
  t.equal(one.readableLength, 2)
  t.strictSame(await zero.toArray(), [0])
  t.strictSame(await one.toArray(), [1, 1, 1])
  t.equal(branches.stats()[1]?.dropped, 1)
})
