import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { systemClock } from '../../lib/kernel/clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A clock that is set by the test and replaces the system clock. */
function setClock(t: Test) {
  let now = 0
  let asked = 0
  const timers = new Set<Timer>()
  const kept = { ...systemClock }
  t.teardown(() => Object.assign(systemClock, kept))
  Object.assign(systemClock, {
    now: () => {
      asked++
      return now
    },
    setTimeout(callback: () => void, milliseconds: number) {
      const timer: Timer = {
        at: now + milliseconds,
        callback,
      }
      timers.add(timer)
      return timer
    },
    clearTimeout: (timer: Timer) => timers.delete(timer),
  })
  const pass = async (milliseconds: number): Promise<void> => {
    for (let i = 0; i < milliseconds; i++) {
      now++
      for (const timer of timers) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.callback()
      }
    }
    await turn()
  }
  return { pass, timers, asked: () => asked }
}

const numbers = (end: number): number[] => Array.from({ length: end }, (_, n) => n)

/** The items of a branch, and the error that it ends with. */
async function outcome<T>(branch: AsyncIterable<T>): Promise<{ items: T[]; error: unknown }> {
  const items: T[] = []
  try {
    for await (const item of branch) items.push(item)
    return { items, error: undefined }
  } catch (error) {
    return { items, error }
  }
}

const waitedMs = (branches: iter.FanOutControls): number[] => branches.stats().map(({ waitedMs }) => waitedMs)

const both = [
  { name: 'async', api: async },
  { name: 'streams', api: streams as unknown as typeof async },
]
for (const { name, api } of both) {
  // With a highWaterMark of 0 a Readable does not read ahead, so every face is at the same item.
  const options = (name === 'streams' ? { highWaterMark: 0 } : {}) as object

  t.test(`${name}: waitedMs tells how long others have waited for a branch`, async (t) => {
    const { pass } = setClock(t)
    const branches = api.multicast(numbers(9), 2, { maxlen: 2, ...options })
    const [fast, slow] = branches.map((branch) => branch[Symbol.asyncIterator]())
    for (let i = 0; i < 2; i++) await fast?.next()
    await pass(10)
    t.strictSame(waitedMs(branches), [0, 0], 'no more items have been requested')
    const third = fast?.next()
    await turn()
    await pass(30)
    t.strictSame(waitedMs(branches), [0, 30])
    await slow?.next()
    t.equal((await third)?.value, 2)
    await pass(50)
    t.strictSame(waitedMs(branches), [0, 30])
    const fourth = fast?.next()
    await turn()
    await pass(5)
    t.strictSame(waitedMs(branches), [0, 35])
    await branches.close()
    await fourth?.catch(() => undefined)
    t.strictSame(waitedMs(branches), [0, 35])
  })

  t.test(`${name}: a branch that holds up the others for longer than stall fails all of them`, async (t) => {
    const { pass, timers } = setClock(t)
    const branches = api.multicast(numbers(9), 2, { maxlen: 2, stall: 100, ...options })
    const [fast, slow] = branches
    const reading = outcome(fast)
    await turn()
    await pass(99)
    t.equal(branches.stats()[0]?.done, false)
    t.equal(timers.size, 1)
    await pass(1)
    const { items, error } = await reading
    t.strictSame(items, [0, 1])
    t.match(error, {
      name: 'StallError',
      code: 'ERR_FANPIPE_STALL',
      branch: 1,
      lag: 2,
      needed: 3,
      message:
        'branch 1 was never read, and others have waited for it for 100 ms; it is 2 behind the fastest: read it, close it, or choose another `overflow`',
    })
    t.strictSame(
      await outcome(slow),
      { items: [0, 1], error },
      'the items it holds, but not the item that no branch received',
    )
    t.equal(timers.size, 0)
  })

  t.test(`${name}: onStall: 'detach' lets the others continue`, async (t) => {
    const { pass, timers } = setClock(t)
    const settings = { maxlen: 2, stall: 100, onStall: 'detach', ...options } as const
    const branches = api.multicast(numbers(9), 3, settings)
    const [fast, slow, unread] = branches
    const iterator = slow[Symbol.asyncIterator]()
    await iterator.next()
    const reading = outcome(fast)
    await turn()
    await pass(100)
    await pass(100)
    t.strictSame(await reading, { items: numbers(9), error: undefined })
    t.strictSame(
      branches.stats().map(({ done, peak, waitedMs }) => ({ done, peak, waitedMs })),
      [
        { done: true, peak: 1, waitedMs: 0 },
        { done: true, peak: 2, waitedMs: 100 },
        { done: true, peak: 2, waitedMs: 100 },
      ],
    )
    const late = await outcome({ [Symbol.asyncIterator]: () => iterator })
    t.strictSame(late.items.slice(0, 2), [1, 2])
    t.match(late.error, {
      branch: 1,
      lag: 2,
      needed: 3,
      message:
        'branch 1 has received nothing for 100 ms while others waited for it; it is 2 behind the fastest: consume it faster, raise maxlen to at least 3, or choose another `overflow`',
    })
    t.match((await outcome(unread)).error, { branch: 2, message: /^branch 2 was never read/ })
    t.equal(timers.size, 0)
  })

  t.test(`${name}: a slow branch that keeps receiving items does not stall`, async (t) => {
    const { pass } = setClock(t)
    const branches = api.multicast(numbers(6), 2, { maxlen: 1, stall: 100, ...options })
    const [fast, slow] = branches
    const reading = outcome(fast)
    const iterator = slow[Symbol.asyncIterator]()
    for (let i = 0; i < 4; i++) {
      await turn()
      await pass(60)
      t.equal((await iterator.next()).value, i)
    }
    t.strictSame(waitedMs(branches), [0, 240])
    await turn()
    await pass(99)
    t.equal(branches.stats()[1]?.done, false)
    await pass(1)
    t.match(await reading, { items: numbers(5), error: { code: 'ERR_FANPIPE_STALL' } })
  })

  t.test(
    `${name}: if two branches hold up the others, the one that makes progress does not stall`,
    async (t) => {
      const { pass } = setClock(t)
      const branches = api.multicast(numbers(9), 3, { maxlen: 1, stall: 100, ...options })
      const reading = outcome(branches[0])
      await turn()
      await pass(60)
      await branches[1][Symbol.asyncIterator]().next()
      await turn()
      await pass(40)
      t.match(await reading, { items: [0], error: { branch: 2 } })
      t.strictSame(waitedMs(branches), [0, 60, 100])
    },
  )

  t.test(`${name}: once no branch is waiting any more, there is no stall`, async (t) => {
    const { pass, timers } = setClock(t)
    const branches = api.multicast(numbers(9), 4, { maxlen: 1, stall: 100, ...options })
    const [first, second, third] = branches.map((branch) => branch[Symbol.asyncIterator]())
    const leave = (i: number): void => {
      if (name === 'streams') (branches.at(i) as unknown as Readable).destroy()
      else void branches.at(i)?.return?.()
    }
    for (const iterator of [first, second, third]) await iterator?.next()
    const asked = [first?.next(), second?.next()].map((next) => next?.catch(() => undefined))
    await turn()
    await pass(50)
    leave(0)
    await turn()
    await pass(40)
    t.strictSame(waitedMs(branches), [0, 0, 0, 90], 'another branch is still waiting')
    leave(1)
    await turn()
    await pass(500)
    t.strictSame(waitedMs(branches), [0, 0, 0, 90])
    t.equal(branches.stats()[3]?.done, false)
    t.equal(timers.size, 0)
    await branches.close()
    await Promise.all(asked)
  })

  t.test(`${name}: the timer is set for the branch that will stall first`, async (t) => {
    const { pass, timers } = setClock(t)
    const own = [
      { maxlen: 9 },
      { maxlen: 1, stall: 100 },
      { maxlen: 2, stall: 30, onStall: 'detach' },
      { maxlen: 2 },
    ] as const
    const branches = api.multicast(numbers(9), own, options)
    const [fast, long, short, patient] = branches.map((branch) => branch[Symbol.asyncIterator]())
    await fast?.next()
    const asked = fast?.next()
    await turn()
    await pass(10)
    await long?.next()
    t.equal((await asked)?.value, 1)
    await long?.next()
    const next = fast?.next()
    await turn()
    await pass(29)
    t.equal(timers.size, 1)
    t.equal(branches.stats()[2]?.done, false)
    await pass(1)
    t.equal(branches.stats()[2]?.done, true)
    await pass(100)
    t.strictSame(waitedMs(branches), [0, 10, 30, 130], 'one branch may hold up the others indefinitely')
    t.equal((await short?.next())?.value, 0)
    await patient?.next()
    t.equal((await next)?.value, 2)
    await branches.close()
    t.equal(timers.size, 0)
  })

  t.test(
    `${name}: branches that stall at the same time are detached together; a failure takes precedence`,
    async (t) => {
      const { pass } = setClock(t)
      const detach = { stall: 100, onStall: 'detach' } as const
      const branches = api.multicast(numbers(9), [{}, detach, detach, { stall: 100 }, { stall: 100 }], {
        maxlen: 1,
        ...options,
      })
      const reading = outcome(branches[0])
      await turn()
      await pass(100)
      t.match(await reading, { items: [0], error: { branch: 3 } })
      t.match((await outcome(branches[1])).error, { branch: 1 })
      t.match((await outcome(branches[4])).error, { branch: 3 })
    },
  )

  t.test(`${name}: the clock is not read while no branch waits for another`, async (t) => {
    const { asked } = setClock(t)
    const branches = api.multicast(numbers(99), 2, { maxlen: 2, stall: 100, ...options })
    const [a, b] = branches.map((branch) => branch[Symbol.asyncIterator]())
    for (let i = 0; i < 50; i++) {
      await a?.next()
      await b?.next()
    }
    t.equal(asked(), 0)
    await branches.close()
    t.equal(asked(), 0)
  })

  t.test(`${name}: a partition stalls on the branch that its next item is for`, async (t) => {
    const { pass } = setClock(t)
    const split = (onStall: 'fail' | 'detach') =>
      api.partition([1, 1, 0, 1, 1, 0], 2, (n) => n, { maxlen: 1, stall: 100, onStall, ...options })
    const failing = split('fail')
    const waiting = outcome(failing[0])
    await turn()
    await pass(100)
    t.match(await waiting, { items: [], error: { code: 'ERR_FANPIPE_STALL', branch: 1, lag: 1, needed: 2 } })
    t.match(await outcome(failing[1]), { items: [1, 1], error: { branch: 1 } })
    const detaching = split('detach')
    const going = outcome(detaching[0])
    await turn()
    await pass(100)
    t.strictSame(await going, { items: [0, 0], error: undefined })
    t.match(await outcome(detaching[1]), { items: [1], error: { branch: 1 } })
    const moving = split('fail')
    const first = moving[0][Symbol.asyncIterator]()
    const asked = first.next()
    await turn()
    await pass(60)
    const second = moving[1][Symbol.asyncIterator]()
    await second.next()
    await second.next()
    t.equal((await asked).value, 0)
    t.strictSame(waitedMs(moving), [0, 60])
    await moving.close()
  })
}

t.test('a Readable that only reads ahead, or is paused, does not count as waiting', async (t) => {
  const { pass } = setClock(t)
  const branches = streams.multicast(numbers(9), 2, { maxlen: 3, stall: 100, highWaterMark: 5 })
  const [fast] = branches
  fast.read(0)
  await turn()
  await pass(200)
  t.strictSame(waitedMs(branches), [0, 0])
  const items: number[] = []
  const failed = new Promise((resolve) => fast.once('error', resolve))
  fast.on('data', (item) => items.push(item))
  await turn()
  t.strictSame(items, [0, 1, 2])
  await pass(50)
  fast.pause()
  await pass(200)
  t.equal(branches.stats()[0]?.done, false)
  fast.resume()
  await turn()
  await pass(99)
  t.equal(branches.stats()[0]?.done, false)
  await pass(1)
  t.match(await failed, { code: 'ERR_FANPIPE_STALL', branch: 1, lag: 3 })
})

t.test('a multicastSink fails with the StallError, and so does its pipeline', async (t) => {
  const { pass } = setClock(t)
  const sink = streams.multicastSink<number, 2>(2, { maxlen: 2, stall: 100 })
  const reading = outcome(sink.branches[0])
  const piping = pipeline(numbers(9), sink).catch((error: unknown) => error)
  await turn()
  await pass(100)
  const error = await piping
  t.match(error, { code: 'ERR_FANPIPE_STALL', branch: 1 })
  t.strictSame(await reading, { items: [0, 1], error })
  const late = streams.multicastSink<number, 1>(1)
  t.throws(() => late.branch({ stall: -1 }), { message: /^stall must be a number of milliseconds/ })
  late.destroy()
})

t.test('with byte streams, lag and needed count bytes', async (t) => {
  const { pass } = setClock(t)
  const source = Readable.from(
    ['abc', 'de', 'fgh'].map((text) => Buffer.from(text)),
    { objectMode: false },
  )
  const branches = streams.multicast(source, 2, { maxlen: 4, stall: 100 })
  const reading = outcome(branches[0])
  await turn()
  await pass(100)
  const { error } = await reading
  t.match(error, { branch: 1, lag: 5, needed: 6 })
})

t.test('a branch that is behind still gets the items held for it before the error', async (t) => {
  const { pass } = setClock(t)
  const branches = streams.multicast(numbers(9), 3, { maxlen: 2, stall: 100, highWaterMark: 0 })
  const [fast, middle, slow] = branches
  const read = (branch: streams.TypedReadable<number>) => branch.iterator({ destroyOnReturn: false })
  const [a, b, c] = [read(fast), read(middle), read(slow)]
  const two = [(await c.next()).value, (await c.next()).value] as number[]
  for (const iterator of [a, a, b, b, b, a, a]) await iterator.next()
  for (const item of two.reverse()) slow.unshift(item)
  const waiting = [a.next(), b.next(), b.next()].map((next) => next.catch((error: unknown) => error))
  await turn()
  await pass(100)
  t.match(await Promise.all(waiting), [{ branch: 2 }, { value: 3 }, { branch: 2 }])
})

t.test('a tee and a fork never start the clock', async (t) => {
  const { asked } = setClock(t)
  const branches = async.tee(numbers(5), 2)
  t.strictSame((await outcome(branches[0])).items, numbers(5))
  t.strictSame(waitedMs(branches), [0, 0])
  t.strictSame((await outcome(async.fork([async.map(String), async.map(Number)])(numbers(2)))).items, [
    ['0', 0],
    ['1', 1],
  ])
  t.equal(asked(), 0)
})

t.test('with the system clock, a stall is detected in time', async (t) => {
  const [fast] = async.multicast(numbers(9), 2, { maxlen: 1, stall: 5 })
  // The stall timer does not keep the process alive.
  const alive = setInterval(() => undefined, 1000)
  t.match(await outcome(fast), { items: [0], error: { code: 'ERR_FANPIPE_STALL' } })
  clearInterval(alive)
})

t.test('stall is refused if no branch can hold up another', async (t) => {
  const advice = "only a branch with overflow 'block' holds up the others"
  t.throws(() => iter.multicast([1], 2, { stall: 5 }), {
    message: `stall must be left out with overflow 'fail': ${advice}`,
  })
  t.throws(() => async.multicast([1], [{ overflow: 'drop-oldest', stall: 5 }]), {
    message: /^stall must be left out/,
  })
  t.throws(() => async.multicast([1], 2, { overflow: 'detach', onStall: 'detach' }), {
    message: `onStall must be left out with overflow 'detach': ${advice}`,
  })
  t.throws(() => async.multicast([1], 2, { onStall: 'detach' }), {
    message: 'stall must be a number of milliseconds if onStall is set',
  })
  t.throws(() => async.multicast([1], 2, { stall: 5, onStall: 'drop' as 'fail' }), {
    message: /^onStall must be one of 'fail', 'detach'/,
  })
  t.doesNotThrow(() => async.multicast([1], [{}, { overflow: 'drop-oldest' }], { stall: 5 }))
})
