import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { all, drained } from '../instruments/drain.ts'
import { counting, failing, recording } from '../instruments/sources.ts'

const turn = (): Promise<void> => new Promise(setImmediate)

/** A function whose calls are settled by the test, and a record of them. */
function byHand<A>() {
  const calls: {
    readonly item: A
    readonly signal: AbortSignal
    resolve(value: unknown): void
    reject(error: unknown): void
  }[] = []
  const fn = (item: A, _: number, { signal }: async.MapCall): Promise<unknown> =>
    new Promise((resolve, reject) => void calls.push({ item, signal, resolve, reject }))
  return { calls, fn }
}

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
process.on('unhandledRejection', note)
t.teardown(() => process.off('unhandledRejection', note))

const faces: Readonly<Record<string, typeof async>> = { async, streams: streams as unknown as typeof async }

for (const [name, { chain, compose, fence, fork, map, merge, roundRobin }] of Object.entries(faces)) {
  t.test(`map (${name}): exactly as many calls as allowed by concurrency run at once`, async (t) => {
    for (const ordered of [true, false]) {
      let now = 0
      let most = 0
      const fn = async (n: number): Promise<number> => {
        most = Math.max(most, ++now)
        await turn()
        now--
        return n
      }
      const items = Array.from({ length: 20 }, (_, i) => i)
      t.strictSame(await all(map(fn, { concurrency: 4, ordered })(items)), items)
      t.equal(most, 4)
    }
  })

  t.test(`map (${name}): results are in input order, or in the order in which calls settle`, async (t) => {
    for (const [ordered, expected] of [
      [true, ['a', 'b', 'c']],
      [false, ['b', 'c', 'a']],
    ] as const) {
      const { calls, fn } = byHand<string>()
      const result = all(map(fn, { concurrency: 3, ordered })(['a', 'b', 'c']))
      await turn()
      for (const i of [1, 2, 0]) {
        calls[i]?.resolve(calls[i]?.item)
        await turn()
      }
      t.strictSame(await result, expected)
    }
  })

  t.test(`map (${name}): reads no further ahead than concurrency allows`, async (t) => {
    const { source, taken } = counting()
    const calls = compose(
      map(async (n: number) => n, { concurrency: 3 }),
      fence(5),
    )
    t.strictSame(await all(calls(source)), [0, 1, 2, 3, 4])
    t.equal(taken(), 8)
  })

  t.test(`map (${name}): a result that is not taken holds up further calls`, async (t) => {
    for (const ordered of [true, false]) {
      const { source, taken } = counting()
      const output = map(async (n: number) => n, { concurrency: 2, ordered })(source)
      const iterator = output[Symbol.asyncIterator]()
      await iterator.next()
      for (let i = 0; i < 5; i++) await turn()
      t.equal(taken(), 3)
      await iterator.return?.()
    }
  })

  t.test(
    `map (${name}): in order, an error is thrown when its turn comes, and no further call is made`,
    async (t) => {
      const error = new Error('broken')
      const { calls, fn } = byHand<number>()
      const { async: source, record } = recording([0, 1, 2, 3, 4, 5, 6])
      const result = drained(map(fn, { concurrency: 3 })(source))
      await turn()
      calls[1]?.reject(error)
      await turn()
      calls[0]?.resolve('zero')
      await turn()
      t.equal(calls.length, 3)
      t.equal(calls[2]?.signal.aborted, true)
      t.equal(calls[0]?.signal.aborted, false, 'a call that has settled is not aborted')
      calls[2]?.reject(new Error('dropped'))
      t.strictSame(await result, { items: ['zero'], error })
      t.equal(record.closed, 1)
    },
  )

  t.test(`map (${name}): with ordered: false, an error does not wait for earlier calls`, async (t) => {
    const error = new Error('broken')
    const { calls, fn } = byHand<number>()
    const result = drained(map(fn, { concurrency: 3, ordered: false })([0, 1, 2, 3]))
    await turn()
    calls[1]?.resolve('one')
    calls[2]?.reject(error)
    await turn()
    for (const i of [0, 3]) calls[i]?.resolve('dropped')
    t.strictSame(await result, { items: ['one'], error })
  })

  t.test(`map (${name}): a call that throws is treated like one that rejects`, async (t) => {
    const error = new Error('broken')
    const fn = (n: number): number => {
      if (n === 2) throw error
      return n * 10
    }
    for (const ordered of [true, false]) {
      const result = await drained(map(fn, { concurrency: 2, ordered })([0, 1, 2, 3]))
      t.strictSame(result, { items: [0, 10], error })
    }
  })

  t.test(
    `map (${name}): an upstream error comes after the earlier results; with ordered: false, at once`,
    async (t) => {
      const error = new Error('broken')
      for (const ordered of [true, false]) {
        const { calls, fn } = byHand<number>()
        const result = drained(map(fn, { concurrency: 3, ordered })(failing([0, 1], error)))
        await turn()
        t.equal(calls[0]?.signal.aborted, !ordered)
        for (const { item, resolve } of calls) resolve(item)
        t.strictSame(await result, { items: ordered ? [0, 1] : [], error })
      }
    },
  )

  t.test(
    `map (${name}): an error that was read ahead keeps its source if another input fails with the same error`,
    async (t) => {
      const error = new Error('shared')
      const told: unknown[] = []
      const ahead = map((text: string) => text, { concurrency: 3 })(
        chain([['a'], failing<string>([], error)]),
      )
      const output = roundRobin([ahead, chain([[], failing<string>([], error)])], {
        errors: (_, path) => told.push(path.map(({ index }) => index)),
      })
      t.strictSame(await all(output), ['a'])
      t.strictSame(told, [
        [1, 1],
        [0, 1],
      ])
    },
  )

  t.test(`map (${name}): an early exit aborts the running calls and waits for them`, async (t) => {
    const { calls, fn } = byHand<number>()
    const { source } = counting()
    const iterator = map(fn, { concurrency: 3 })(source)[Symbol.asyncIterator]()
    const first = iterator.next()
    await turn()
    calls[0]?.resolve('zero')
    t.strictSame(await first, { done: false, value: 'zero' })
    let left = false
    const leaving = iterator.return?.().then(() => (left = true))
    await turn()
    t.strictSame(
      calls.map(({ signal }) => signal.aborted),
      [false, true, true, true],
    )
    t.equal(left, false)
    for (const { reject } of calls) reject(new Error('dropped'))
    await leaving
    t.equal(left, true)
  })

  t.test(`map (${name}): a call that ignores its signal is awaited for at most closeTimeout`, async (t) => {
    const warnings: Error[] = []
    const warned = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warned)
    const stuck = (): Promise<never> => new Promise(() => undefined)
    const fn = (n: number): unknown => (n === 0 ? n : stuck())
    for await (const item of map(fn, { concurrency: 2 })([0, 1], { closeTimeout: 5 })) {
      t.equal(item, 0)
      break
    }
    await turn()
    process.off('warning', warned)
    t.match(warnings, [{ code: 'ERR_FANPIPE_CLOSE', message: 'the source did not close in time' }])
  })

  t.test(
    `map (${name}): when dropped by a merge and then closed with it, its calls are awaited once`,
    async (t) => {
      const warnings: Error[] = []
      const note = (warning: Error): void => void warnings.push(warning)
      process.on('warning', note)
      t.teardown(() => process.off('warning', note))
      const { calls, fn } = byHand<string>()
      const bad = map(fn, { concurrency: 2 })(['a', 'b'])
      const output = merge([bad, ['c', 'd']], { errors: () => undefined, closeTimeout: 2000 })
      const reading = (async () => {
        for await (const item of output) {
          queueMicrotask(() => calls[1]?.resolve('late'))
          return item
        }
        return undefined
      })()
      await turn()
      calls[0]?.reject(new Error('broken'))
      t.equal(await reading, 'c')
      if (output instanceof Readable && !output.closed)
        await new Promise((resolve) => output.once('close', resolve))
      await turn()
      t.strictSame(warnings, [])
    },
  )

  t.test(`map (${name}): a signal that is first accessed after an abort is aborted`, async (t) => {
    let seen: AbortSignal | undefined
    const late = async (_: number, __: number, call: async.MapCall): Promise<void> => {
      await turn()
      await turn()
      seen = call.signal
    }
    const { source } = counting()
    const broken = compose(map(late, { concurrency: 2 }), fence(0))
    t.strictSame(await all(broken(source)), [])
    const iterator = map(late, { concurrency: 2 })(source)[Symbol.asyncIterator]()
    const first = iterator.next()
    await iterator.return?.()
    t.equal((await first).done, true)
    t.equal(seen?.aborted, true)
  })

  t.test(`map (${name}): the signal survives copying the object that the function receives`, async (t) => {
    const copied = map((_: number, __: number, call) => ({ ...call }), { concurrency: 1 })
    const [call] = await all(copied([1]))
    t.ok(call?.signal instanceof AbortSignal)
  })

  t.test(`map (${name}): timers and I/O run between many calls that return synchronously`, async (t) => {
    let finish: (n: number) => void = () => undefined
    const first = new Promise<number>((resolve) => (finish = resolve))
    const { source, taken } = counting()
    const output = map((n: number) => (n === 0 ? first : n), { concurrency: 100_000 })(source)
    const iterator = output[Symbol.asyncIterator]()
    const next = iterator.next()
    await turn()
    t.ok(taken() < 50_000, `${taken()} calls without yielding`)
    while (taken() < 100_000) await turn()
    finish(-1)
    t.strictSame(await next, { done: false, value: -1 })
    await iterator.return?.()
  })

  t.test(`map (${name}): a call that settles while the stage yields is delivered afterwards`, async (t) => {
    const output = map(async (n: number) => n, { concurrency: 20_000 })(counting().source)
    const iterator = output[Symbol.asyncIterator]()
    t.strictSame(await iterator.next(), { done: false, value: 0 })
    await iterator.return?.()
  })

  t.test(
    `map (${name}): inside a fork it stays in step with the other stages, also under a stage`,
    async (t) => {
      const slow = async (n: number): Promise<number> => {
        for (let i = 0; i < 3 - (n % 3); i++) await turn()
        return n
      }
      const items = Array.from({ length: 12 }, (_, i) => i)
      for (const ordered of [true, false]) {
        const concurrent = map(slow, { concurrency: 4, ordered })
        for (const stage of [
          concurrent,
          compose(
            concurrent,
            map((n) => n),
            fence(20),
          ),
        ]) {
          const pairs = fork([map((n: number) => n), stage], { maxlen: 1 })
          t.strictSame(
            await all(pairs(items)),
            items.map((n) => [n, n]),
          )
        }
      }
    },
  )
}

t.test(
  'map: with concurrency the result equals that of a plain map, whichever call settles first',
  async (t) => {
    const delays = fc.array(fc.nat(3), { maxLength: 12 })
    const property = fc.asyncProperty(delays, fc.integer({ min: 1, max: 5 }), async (delays, concurrency) => {
      const fn = async (turns: number, index: number): Promise<string> => {
        for (let i = 0; i < turns; i++) await turn()
        return `${index}:${turns}`
      }
      const plain = await all(async.map(fn)(delays))
      assert.deepEqual(await all(async.map(fn, { concurrency })(delays)), plain)
      const settled = await all(async.map(fn, { concurrency, ordered: false })(delays))
      assert.deepEqual(settled.toSorted(), plain.toSorted())
    })
    await t.resolves(fc.assert(property, { numRuns: 50 }))
  },
)

t.test('map: in a pipeline that fails, running calls are aborted', async (t) => {
  const { calls, fn } = byHand<number>()
  const error = new Error('full')
  const sink = new Writable({ objectMode: true, write: (_, __, done) => done(error) })
  const running = pipeline([0, 1, 2], streams.map(fn, { concurrency: 3 }), sink)
  await turn()
  await turn()
  calls[0]?.resolve('zero')
  await t.rejects(running, error)
  for (const { reject } of calls) reject(new Error('dropped'))
  t.strictSame(
    calls.map(({ signal }) => signal.aborted),
    [false, true, true],
  )
})

t.test('map: calls cannot overlap in the sync face', async (t) => {
  const refused = { code: 'ERR_FANPIPE_ARGUMENT', argument: 'concurrency' }
  t.throws(() => iter.map((n: number) => n, { concurrency: 2 }), refused)
  t.throws(() => [...iter.compose(async.map((n: number) => n, { concurrency: 2 }))([1])], refused)
  const args: unknown[][] = []
  const noted = (...seen: unknown[]): number => args.push(seen)
  t.strictSame([...iter.map(noted, { concurrency: 1 })(['a'])], [1])
  t.strictSame([...iter.map(noted, { ordered: false })(['a'])], [2])
  t.strictSame(args, [
    ['a', 0],
    ['a', 0],
  ])
})

t.test('map: bad options', async (t) => {
  const bad = { code: 'ERR_FANPIPE_ARGUMENT' }
  for (const { map } of [iter, async as unknown as typeof iter]) {
    for (const concurrency of [0, -1, 1.5, NaN, '2', 2 ** 40])
      t.throws(() => map(Number, { concurrency: concurrency as number }), { ...bad, argument: 'concurrency' })
    t.throws(() => map(Number, { ordered: 1 as never }), { ...bad, argument: 'ordered' })
    t.throws(() => map(Number, { parallel: 2 } as never), { ...bad, argument: 'parallel' })
  }
})

t.test('no rejection is unhandled', async (t) => {
  await turn()
  t.strictSame(unhandled, [])
})
