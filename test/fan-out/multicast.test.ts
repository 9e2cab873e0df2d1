import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { counting, panicking } from '../instruments/sources.ts'

t.test(
  'a source that pulls a branch of its own multicast waits where it can, and fails where it cannot',
  async (t) => {
    const first: Promise<IteratorResult<number>>[] = []
    const [a, b] = async.multicast(function* (): Generator<number> {
      first.push(b.next())
      yield 1
      yield 2
    }, 2)
    t.strictSame(await collect(a), [1, 2])
    t.strictSame(await Promise.all(first), [{ done: false, value: 1 }])
    t.strictSame(await collect(b), [2])
    const [c, d] = iter.multicast(function* (): Generator<number> {
      d.next()
      yield 1
    }, 2)
    t.throws(() => c.next(), { message: 'Generator is already running' })
  },
)

t.test('multicast (iter): block is refused at the call, because the sync face cannot wait', async (t) => {
  t.throws(() => iter.multicast([1], 2, { overflow: 'block' }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'overflow',
  })
  t.throws(() => iter.multicast([1], [{}, { overflow: 'block' }]), {
    argument: 'overflow',
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})

t.test('X1: a branch that leaves while it pulls takes nothing from the others', async (t) => {
  for (const { multicast } of [iter, async as unknown as typeof iter]) {
    const [a, b] = multicast(function* (): Generator<number> {
      yield 1
      void a.return?.()
      yield 2
      yield 3
    }, 2)
    t.equal((await a.next()).value, 1)
    t.equal((await a.next()).done, true)
    t.strictSame(await collect(b), [1, 2, 3])
    const [alone] = multicast(function* (): Generator<number> {
      void alone.return?.()
      yield 1
    }, 1)
    t.equal((await alone.next()).done, true)
  }
})

for (const face of faces) {
  const { multicast, tee } = face.api

  t.test(`multicast (${face.name}): bad options are refused at the call, naming the option`, async (t) => {
    for (const maxlen of [0, -1, 1.5, NaN, '5' as never]) {
      t.throws(() => multicast([1], 2, { maxlen }), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'maxlen' })
      t.throws(() => multicast([1], [{ maxlen }]), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'maxlen' })
    }
    t.throws(() => multicast([1], 2, { maxLen: 3 } as never), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'maxLen',
    })
    t.throws(() => multicast([1], 2, { overflow: 'drop' as never }), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'overflow',
    })
    t.throws(() => multicast([1], -1), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'n' })
    t.throws(() => tee([1], 1.5), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'n' })
    t.throws(() => multicast('text' as never, 2), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
  })

  t.test(`multicast (${face.name}): without a branch nothing is opened`, async (t) => {
    const none = multicast(panicking, 0)
    t.equal(none.length, 0)
    t.strictSame(none.stats(), [])
    await none.close()
  })

  t.test(
    `multicast (${face.name}): 'fail' ends every branch with one OverflowError, after what it holds`,
    async (t) => {
      const branches = multicast([1, 2, 3, 4], 2, { maxlen: 2, overflow: 'fail' }).map((branch) =>
        face.iterate(branch),
      )
      const [a, b] = branches as [AsyncIterator<number>, AsyncIterator<number>]
      t.strictSame([(await a.next()).value, (await a.next()).value], [1, 2])
      const wanted = { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, maxlen: 2 }
      await t.rejects(a.next(), wanted)
      t.strictSame([(await b.next()).value, (await b.next()).value], [1, 2])
      await t.rejects(b.next(), wanted)
    },
  )

  t.test(`multicast (${face.name}): with cancel 'all' the first to leave fails the others`, async (t) => {
    const [a, b] = multicast(counting().source, 2, { cancel: 'all', maxlen: 5 }).map((branch) =>
      face.iterate(branch),
    )
    t.equal((await a?.next())?.value, 0)
    t.equal((await b?.next())?.value, 0)
    await a?.return?.()
    await t.rejects(
      async () => {
        while ((await b?.next())?.done !== true);
      },
      { name: 'AbortError', code: 'ABORT_ERR' },
    )
  })

  t.test(`multicast (${face.name}): close() closes every branch and the source`, async (t) => {
    const { input, record } = face.recorded([1, 2, 3])
    const branches = multicast(input, 2)
    await face.iterate(branches[0]).next()
    await branches.close()
    t.equal(record.closed, 1)
    t.strictSame(
      branches.stats().map(({ done }) => done),
      [true, true],
    )
  })

  t.test(`multicast (${face.name}): items are shared by identity`, async (t) => {
    const item = { n: 1 }
    const [a, b] = await Promise.all(multicast([item], 2).map((branch) => collect(branch)))
    t.equal(a?.[0], item)
    t.equal(b?.[0], item)
  })

  // A Readable shares its items among its readers, as Node has it.
  if (face.name !== 'streams') {
    t.test(`multicast (${face.name}): a branch is one iterator, for one consumer`, async (t) => {
      const [branch] = multicast([1, 2, 3], 1)
      t.strictSame(await collect(branch, 1), [1])
      t.strictSame(await collect(branch), [], 'a break has closed it')
    })
  }

  t.test(
    `T1: stats() (${face.name}) tell the greatest lag there was, also after it is made good`,
    async (t) => {
      const branches = multicast([0, 1, 2, 3, 4, 5, 6, 7], 2, { maxlen: 8 })
      const [a, b] = branches.map((branch) => face.iterate(branch)) as [
        AsyncIterator<number>,
        AsyncIterator<number>,
      ]
      const take = async (from: AsyncIterator<number>, count: number): Promise<void> => {
        for (let i = 0; i < count; i++) await from.next()
      }
      await take(a, 5)
      await take(b, 6)
      await take(a, 1)
      const lags = branches.stats().map(({ lag }) => lag)
      const peaks = branches.stats().map(({ peak }) => peak)
      t.strictSame(lags, [0, 0])
      t.strictSame(peaks, [1, 5])
      await take(b, 2)
      await a.return?.()
      t.strictSame(
        branches.stats().map(({ lag, peak }) => [lag, peak]),
        [
          [0, 2],
          [0, 5],
        ],
      )
      t.equal(branches.stats()[0]?.done, true)
    },
  )
}
