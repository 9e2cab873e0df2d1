import { getEventListeners } from 'node:events'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import { collect, faces } from '../instruments/faces.ts'
import { counting, panicking } from '../instruments/sources.ts'

/** Sources that pull `again` from inside: while being opened, or on the second pull. */
const selfPulling = (when: 'opened' | 'asked', again: () => void): Iterable<number> => ({
  [Symbol.iterator]() {
    if (when === 'opened') again()
    let n = 0
    return {
      next() {
        if (when === 'asked' && n === 1) again()
        return n < 3 ? { done: false, value: ++n } : { done: true, value: undefined }
      },
    }
  },
})

for (const when of ['opened', 'asked'] as const) {
  t.test(
    `X1: a source that pulls its own branches when it is ${when} is refused if it cannot wait`,
    async (t) => {
      for (const fan of [iter.multicast, iter.tee] as (typeof iter.tee<Iterable<number>, 3>)[]) {
        const refused: unknown[] = []
        const pull = (branch: Iterator<number>): void => {
          try {
            refused.push(branch.next().value)
          } catch (error) {
            refused.push((error as Error).name)
          }
        }
        const [a, b, c] = fan(
          selfPulling(when, () => [a, b].forEach(pull)),
          3,
        )
        t.strictSame([...a], [1, 2, 3])
        t.strictSame(refused, when === 'opened' ? ['TypeError', 'TypeError'] : ['TypeError', 1])
        t.strictSame([...b], when === 'opened' ? [1, 2, 3] : [2, 3])
        t.strictSame([...c], [1, 2, 3])
      }
      const uncaught = iter.multicast(
        selfPulling(when, () => [...uncaught[1]]),
        2,
      )
      t.throws(() => [...uncaught[0]], TypeError)
      t.strictSame(uncaught[0].next(), { done: true, value: undefined })
    },
  )

  t.test(
    `X1: a source that pulls its own branches when it is ${when} is answered in order if it can wait`,
    async (t) => {
      for (const fan of [async.multicast, async.tee] as (typeof async.tee<Iterable<number>, 2>)[]) {
        const first: Promise<IteratorResult<number>>[] = []
        const [a, b] = fan(
          selfPulling(when, () => first.push(b.next(), a.next(), b.next())),
          2,
        )
        const one = await a.next()
        if (when === 'asked') first.unshift(a.next())
        await Promise.all(first)
        t.equal(one.value, 1)
        const values = (await Promise.all(first)).map(({ value }) => value)
        t.strictSame(values, when === 'opened' ? [1, 2, 2] : [2, 1, 3, 2])
        t.strictSame(await collect(a), when === 'opened' ? [3] : [])
        t.strictSame(await collect(b), [3])
      }
    },
  )
}

t.test('X1: pulling a fork from inside one of its stages is refused, or answered in order', async (t) => {
  const source = [1, 2, 3]
  const pairs = source.map((n) => [n, n])
  const errors: unknown[] = []
  const again = (): void => {
    try {
      forked.next()
    } catch (error) {
      errors.push(error)
    }
  }
  const curious = iter.map((n: number) => {
    if (n === 2) again()
    return n
  })
  const same = iter.map((n: number) => n)
  const forked = iter.fork([curious, same])(source)[Symbol.iterator]()
  t.strictSame([...{ [Symbol.iterator]: () => forked }], pairs)
  t.match(errors, [{ name: 'TypeError' }])

  const greedy = iter.map((n: number): number =>
    n === 2 ? [...(branches[1] as Iterable<unknown>)].length : n,
  )
  const branches: readonly Iterable<unknown>[] = iter.tee(iter.fork([greedy, same])(source))
  t.throws(() => [...(branches[0] as Iterable<unknown>)], TypeError)

  const early: unknown[] = []
  const queueing = async.map((n: number) => {
    if (n === 2) early.push(waiting.next())
    return n
  })
  const waiting = async
    .fork([queueing, async.map((n: number) => n)])(source)
    [Symbol.asyncIterator]()
  const got = [await waiting.next(), await waiting.next(), await early[0], await waiting.next()]
  t.strictSame(
    got.map((result) => (result as IteratorResult<unknown>).value),
    [...pairs, undefined],
  )
})

t.test('multicast (iter): block is refused at the call, since the sync face cannot wait', async (t) => {
  t.throws(() => iter.multicast([1], 2, { overflow: 'block' }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'overflow',
  })
  t.throws(() => iter.multicast([1], [{}, { overflow: 'block' }]), {
    argument: 'overflow',
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})

t.test('X1: a branch that leaves while pulling takes nothing from the others', async (t) => {
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
      void Promise.resolve(alone.return?.()).catch(() => undefined)
      yield 1
    }, 1)
    t.equal((await alone.next()).done, true)
  }
})

for (const face of faces) {
  const { multicast, tee } = face.api

  t.test(`multicast (${face.name}): bad options are refused at the call, naming the option`, async (t) => {
    for (const maxlen of [0, -1, 1.5, NaN, '5' as never, 2 ** 32, 2 ** 40, Infinity]) {
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
    for (const n of [-1, 1.5, NaN, 65_537, 2 ** 32, 2 ** 53, Infinity, '2' as never]) {
      const wanted = {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'n',
        expected: 'an integer from 0 to 65536',
      }
      t.throws(() => multicast(panicking, n), wanted)
      t.throws(() => tee(panicking, n), wanted)
    }
    t.throws(
      () =>
        multicast(
          panicking,
          Array.from({ length: 65_537 }, () => ({})),
        ),
      { code: 'ERR_FANPIPE_ARGUMENT', argument: 'n' },
    )
    t.equal(tee([1], 65_536).length, 65_536)
    t.equal(multicast([1], 2, { maxlen: 2 ** 32 - 1 }).length, 2)
    t.throws(() => multicast('text' as never, 2), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
  })

  t.test(`multicast (${face.name}): without branches nothing is opened`, async (t) => {
    const none = multicast(panicking, 0)
    t.equal(none.length, 0)
    t.strictSame(none.stats(), [])
    await none.close()
  })

  t.test(
    `multicast (${face.name}): 'fail' ends every branch with the same OverflowError, after the items it holds`,
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

  t.test(
    `multicast (${face.name}): with cancel 'all' the first branch to leave fails the others`,
    async (t) => {
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
    },
  )

  t.test(
    `multicast (${face.name}): with cancel 'all' a branch that has received every item still gets the end`,
    async (t) => {
      const branches = multicast([1, 2], 4, { cancel: 'all' })
      const [a, b, c, d] = branches.map((branch) => face.iterate(branch)) as [
        AsyncIterator<number>,
        AsyncIterator<number>,
        AsyncIterator<number>,
        AsyncIterator<number>,
      ]
      for (const branch of [a, b, c])
        t.strictSame([(await branch.next()).value, (await branch.next()).value], [1, 2])
      t.equal((await d.next()).value, 1)
      t.equal((await a.next()).done, true)
      await b.return?.()
      t.equal((await c.next()).done, true)
      if (face.name === 'streams') return // The Readable of d has already buffered its last item.
      await t.rejects(collect({ [Symbol.asyncIterator]: () => d }), { name: 'AbortError' })
    },
  )

  t.test(
    `multicast (${face.name}): an abort after the end of the source fails the branches that are behind`,
    { skip: face.name === 'iter' && 'it is not told of the abort' },
    async (t) => {
      const controller = new AbortController()
      const options = { signal: controller.signal, ...(face.name === 'streams' && { highWaterMark: 1 }) }
      const items = [1, 2, 3, 4, 5, 6]
      const branches = multicast(items, 3, options)
      const [a, b, c] = branches.map((branch) => face.iterate(branch)) as [
        AsyncIterator<number>,
        AsyncIterator<number>,
        AsyncIterator<number>,
      ]
      t.equal((await b.next()).value, 1)
      for (const item of items) t.equal((await c.next()).value, item)
      t.strictSame(await collect({ [Symbol.asyncIterator]: () => a }), items)
      const reason = new Error('enough')
      controller.abort(reason)
      t.equal((await c.next()).done, true, 'only the end was left')
      await t.rejects(collect({ [Symbol.asyncIterator]: () => b }), { name: 'AbortError', cause: reason })
      t.strictSame(getEventListeners(controller.signal, 'abort'), [])
    },
  )

  t.test(
    `multicast (${face.name}): an abort after the end of the source fails no branch that has received every item`,
    { skip: face.name === 'iter' && 'it is not told of the abort' },
    async (t) => {
      const controller = new AbortController()
      const [a, b] = multicast([1, 2], 2, { signal: controller.signal })
      const behind = face.iterate(b)
      for (const item of [1, 2]) t.equal((await behind.next()).value, item)
      t.strictSame(await collect(a), [1, 2])
      controller.abort()
      t.equal((await behind.next()).done, true)
      t.strictSame(getEventListeners(controller.signal, 'abort'), [])
    },
  )

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

  // In Node, several readers of one Readable share its items.
  if (face.name !== 'streams') {
    t.test(`multicast (${face.name}): a branch is one iterator, for one consumer`, async (t) => {
      const [branch] = multicast([1, 2, 3], 1)
      t.strictSame(await collect(branch, 1), [1])
      t.strictSame(await collect(branch), [], 'the break closed it')
    })
  }

  t.test(
    `T1: stats() (${face.name}) reports the greatest lag so far, also after the branch has caught up`,
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
