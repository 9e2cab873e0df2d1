import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { chain, closeFaultsOf, mergeBoundedLateness, sourceOf } from '../../../lib/index.ts'
import * as async from '../../../lib/async.ts'
import * as iter from '../../../lib/iter.ts'
import { all, drained } from '../../instruments/drain.ts'
import { collect, faces } from '../../instruments/faces.ts'
import { handClock, settled } from '../../instruments/hand-clock.ts'
import { counting, failing, parked } from '../../instruments/sources.ts'

interface Event {
  readonly time: number
  readonly source: number
  readonly index: number
}

const time = ({ time }: Event): number => time

/** Inputs in which no item is more than `lateness` behind the newest one. */
const nearlySorted = fc
  .record({
    lateness: fc.nat(5),
    steps: fc.array(fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { maxLength: 10 }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ lateness, steps }) => ({
    lateness,
    inputs: steps.map((input, source) => {
      let newest = 0
      return input.map(([step, back], index): Event => {
        newest += step
        return { time: newest - Math.min(back, lateness), source, index }
      })
    }),
  }))

const inTime = (inputs: readonly (readonly Event[])[]): Event[] =>
  inputs.flat().sort((a, b) => a.time - b.time || a.source - b.source || a.index - b.index)

for (const face of faces) {
  t.test(`M1: (${face.name}) items are ordered by time, ties by input and then by arrival`, async (t) => {
    const property = fc.asyncProperty(nearlySorted, async ({ lateness, inputs }) => {
      const output = face.api.mergeBoundedLateness(inputs, { time, lateness })
      assert.deepEqual(await collect(output), inTime(inputs))
    })
    await t.resolves(fc.assert(property))
  })
}

t.test(
  'an item that is later than allowed fails the output, is dropped or is reported; only its own input matters',
  async (t) => {
    const inputs = [
      [10, 20, 12, 15, 30],
      [1, 50],
    ]
    const merged = (late: iter.LatenessOptions<number>['late']) =>
      iter.mergeBoundedLateness(inputs, { lateness: 5, late, labels: ['a.log', 'b.log'] })
    const seen: number[] = []
    let error: unknown
    try {
      for (const item of merged('fail')) seen.push(item)
    } catch (caught) {
      error = caught
    }
    t.strictSame(seen, [1, 10, 20], 'after the earlier items of its input')
    t.match(error, {
      code: 'ERR_FANPIPE_LATE',
      source: 0,
      index: 2,
      lateness: 8,
      message: /^input 0 \(a\.log\), item 2 is 8 late, and lateness allows 5:/,
    })
    t.strictSame(sourceOf(error), [{ index: 0, label: 'a.log' }])
    t.strictSame([...merged('drop')], [1, 10, 15, 20, 30, 50])
    const told: unknown[] = []
    t.strictSame([...merged((item, late) => told.push([item, late]))], [1, 10, 15, 20, 30, 50])
    t.strictSame(told, [[12, { source: 0, label: 'a.log', index: 2, lateness: 8 }]])
  },
)

t.test(
  'a promise of `late` is awaited, or refused in the iter face; a rejection is an error of the input',
  async (t) => {
    const inputs = [
      [10, 20, 12, 30],
      [1, 50],
    ]
    const boom = new Error('no room for late items')
    for (const junction of [async.mergeBoundedLateness, mergeBoundedLateness]) {
      const log: unknown[] = []
      const late = async (item: number): Promise<void> => {
        await setImmediate()
        log.push(`late ${item}`)
      }
      for await (const item of junction(inputs, { lateness: 5, late })) log.push(item)
      t.strictSame(log, [1, 10, 'late 12', 20, 30, 50])
      const failed = junction(inputs, { lateness: 5, late: async () => Promise.reject(boom) })
      const seen: number[] = []
      await t.rejects(async () => {
        for await (const item of failed) seen.push(item)
      }, boom)
      t.strictSame(seen, [1, 10, 20], 'after the earlier items of its input')
      t.strictSame(sourceOf(boom, failed), [{ index: 0, label: undefined }])
    }
    const refused = { code: 'ERR_FANPIPE_ARGUMENT', argument: 'late' }
    const rejects = async (): Promise<never> => Promise.reject(boom)
    t.throws(() => [...iter.mergeBoundedLateness(inputs, { lateness: 5, late: rejects })], refused)
  },
)

t.test('times may be numbers or Dates; anything else is a KeyError that names input and item', async (t) => {
  const dates = [new Date(2), new Date(1)]
  t.strictSame([...iter.mergeBoundedLateness([dates], { lateness: 1 })], [new Date(1), new Date(2)])
  const missing = /^input 1, item 1: no time was found in (NaN|undefined|an invalid Date), the time is /
  const wrong = /^input 1, item 1: the time .* is not a finite number or a valid Date/
  const promise = /^input 1, item 1: the time of an? .* is a promise, and times are not awaited/
  const rejected = (): unknown => ({
    then: (_: unknown, reject: (error: unknown) => void) => reject('never seen'),
  })
  for (const [bad, message] of [
    [NaN, missing],
    [new Date(NaN), /no time was found in null, the time is an invalid Date/],
    [undefined, missing],
    [Infinity, wrong],
    ['5', wrong],
    [1n, wrong],
    [[5], wrong],
    [() => Promise.resolve(5), promise],
    [rejected, promise],
  ] as const) {
    const time = (item: unknown): number => (typeof item === 'function' ? item() : item) as number
    const { items, error } = await drained(async.mergeBoundedLateness([[1], [0, bad]], { lateness: 0, time }))
    t.strictSame(items, [0])
    t.match(error, { code: 'ERR_FANPIPE_KEY', source: 1, index: 1, message })
  }
  const line = await drained(async.mergeBoundedLateness([['no time here']], { lateness: 0, time: Number }))
  t.match(line.error, {
    message:
      'input 0, item 0: no time was found in "no time here", the time is NaN: ' +
      "use `keyless: 'follow'` to keep such an item with the one before it, `multiline` to join such lines to the one before, or another `time` function; " +
      'if the order does not matter, mergeReady takes items as they arrive',
  })
})

t.test('a thrown primitive arrives when its turn comes, too', async (t) => {
  const failing = function* (): Generator<number> {
    yield 1
    throw 'text'
  }
  const seen: number[] = []
  try {
    for (const item of iter.mergeBoundedLateness([failing(), [0]], { lateness: 0 })) seen.push(item)
    t.fail('it has ended')
  } catch (error) {
    t.equal(error, 'text')
  }
  t.strictSame(seen, [0, 1])
})

t.test(
  'an error arrives after the items of its input, whichever input is faster, and the others are closed',
  async (t) => {
    const boom = new Error('boom')
    const property = fc.asyncProperty(
      fc.scheduler(),
      nearlySorted,
      fc.nat(3),
      async (scheduler, { lateness, inputs }, at) => {
        const failed = at % inputs.length
        const delayed = inputs.map(
          (input, i) =>
            async function* () {
              for (const item of i === failed ? failing(input, boom) : input) {
                await scheduler.schedule(Promise.resolve())
                yield item
              }
            },
        )
        const running = drained(
          async.mergeBoundedLateness(
            delayed.map((open) => open()),
            { time, lateness },
          ),
        )
        await scheduler.waitFor(running)
        const { items, error } = await running
        assert.equal(error, boom)
        const last = inputs[failed]?.map(time) ?? []
        const end = Math.max(-Infinity, ...last)
        const expected = inTime(inputs).filter(
          (item) => item.time < end || (item.time === end && item.source <= failed),
        )
        assert.deepEqual(items, expected)
      },
    )
    await t.resolves(fc.assert(property, { numRuns: 50 }))
  },
)

t.test('an input that fails at once is not held up by a silent one', async (t) => {
  const boom = new Error('boom')
  const { error } = await drained(
    mergeBoundedLateness([failing([], boom), parked], { lateness: 1, closeTimeout: 10 }),
  )
  t.equal(error, boom)
  t.equal(closeFaultsOf(error), undefined, 'parked has no return()')
})

t.test('only the window is held in memory: only the slowest input is pulled', async (t) => {
  const ahead = counting()
  const output = iter.mergeBoundedLateness([[0, 1, 2, 3, 4], ahead.source], { lateness: 2 })
  let last = 0
  for (const item of output) {
    last = item
    t.ok(ahead.taken() <= item + 2 * 2 + 2, `${ahead.taken()} taken at ${item}`)
    if (item === 50) break
  }
  t.equal(last, 50)
})

const stream = () => new PassThrough({ objectMode: true })

t.test(
  'idle: an input that is silent for that long does not hold up the others until it yields an item again',
  async (t) => {
    const { clock, timers, advance } = handClock()
    const [quick, slow] = [stream(), stream()]
    const seen: number[] = []
    const output = mergeBoundedLateness([quick, slow], {
      lateness: 0,
      idle: 100,
      clock,
      late: 'drop',
    })
    output.on('data', (item: number) => seen.push(item))
    for (const item of [1, 2, 3]) quick.write(item)
    await settled()
    t.strictSame(seen, [], 'the output waits for the silent input')
    await advance(99)
    t.strictSame(seen, [])
    await advance(1)
    t.strictSame(seen, [1, 2, 3])
    slow.write(1)
    slow.write(3)
    await settled()
    t.strictSame(seen, [1, 2, 3], 'what is too late by now is dropped; a tie waits for its turn')
    quick.write(4)
    slow.write(5)
    await settled()
    t.strictSame(seen, [1, 2, 3, 3, 4], 'it holds up the others again')
    quick.end()
    slow.end()
    await settled()
    t.strictSame(seen, [1, 2, 3, 3, 4, 5])
    t.equal(timers.size, 0)
  },
)

t.test('idle: if an item is late because its input was idle, the error says so', async (t) => {
  const { clock, advance } = handClock()
  const [quick, slow] = [stream(), stream()]
  const output = mergeBoundedLateness([quick, slow], { lateness: 5, idle: 100, clock })
  const failed = drained(output)
  quick.write(1)
  quick.write(9)
  await settled()
  await advance(100)
  slow.write(-1)
  t.match((await failed).error, {
    code: 'ERR_FANPIPE_LATE',
    source: 1,
    lateness: 2,
    message: /^input 1, item 0 is 2 behind what was emitted while its input was idle: raise idle, or/,
  })
})

t.test(
  'idle: the idle periods of silent inputs overlap, and a slow consumer makes no input idle',
  async (t) => {
    const { clock, timers, advance } = handClock()
    const streams = [stream(), stream(), stream(), stream()]
    const output = async.mergeBoundedLateness(streams, { lateness: 0, idle: 100, clock })
    const iterator = output[Symbol.asyncIterator]()
    streams[3]?.write(1)
    streams[3]?.write(2)
    let first: unknown
    void iterator.next().then(({ value }) => (first = value))
    await settled()
    await advance(100)
    t.equal(first, 1, 'three inputs became idle at once')
    streams[0]?.write(10)
    streams[3]?.write(11)
    await advance(10_000)
    t.equal(timers.size, 0, 'no timer runs while no item is requested')
    let second: unknown
    void iterator.next().then(({ value }) => (second = value))
    await settled()
    t.equal(second, 2)
    let third: unknown
    void iterator.next().then(({ value }) => (third = value))
    await settled()
    t.equal(third, 10, 'nothing still to come can precede it')
    let fourth: unknown
    void iterator.next().then(({ value }) => (fourth = value))
    await settled()
    t.equal(fourth, undefined, 'the first input has yielded an item, and is waited for again')
    await advance(99)
    t.equal(fourth, undefined)
    await advance(1)
    t.equal(fourth, 11)
    await iterator.return?.()
    t.equal(timers.size, 0)
    t.ok(streams.every(({ destroyed }) => destroyed))
  },
)

t.test(
  'idle: when all inputs are idle, whatever comes first counts, an item, an end or an error',
  async (t) => {
    const { clock, advance } = handClock()
    const [a, b, c] = [stream(), stream(), stream()]
    const output = mergeBoundedLateness([a, b, c], { lateness: 0, idle: 10, clock })
    const seen: unknown[] = []
    output.on('data', (item) => seen.push(item)).on('error', (error) => seen.push(error))
    await settled()
    await advance(10)
    await advance(10)
    b.write(7)
    await settled()
    await advance(10)
    b.write(8)
    await settled()
    t.strictSame(seen, [7, 8])
    b.end()
    c.end()
    await settled()
    t.strictSame(seen, [7, 8])
    const boom = new Error('boom')
    a.destroy(boom)
    await settled()
    t.strictSame(seen, [7, 8, boom])
  },
)

t.test('idle: an input that has an item ready after one that its stage drops is not silent', async (t) => {
  const { clock, advance } = handClock()
  const [a, b, c] = [stream(), stream(), stream()]
  const positive = async.filter((n: number) => n > 0)(b)
  const output = mergeBoundedLateness([a, positive, c], { lateness: 0, idle: 50, clock })
  const seen: unknown[] = []
  output.on('data', (item) => seen.push(item)).on('error', (error) => seen.push(error))
  a.write(0)
  b.write(1)
  for (const item of [2, 100, 101]) c.write(item)
  await settled()
  b.write(-1)
  await advance(40)
  for (const item of [3, 4]) b.write(item)
  await settled()
  await advance(10)
  t.strictSame(seen, [0, 1, 2, 3, 4], 'the first input is idle by now, the second is not')
  await advance(49)
  t.strictSame(seen, [0, 1, 2, 3, 4])
  await advance(1)
  t.strictSame(seen, [0, 1, 2, 3, 4, 100, 101])
  output.destroy()
})

t.test('items with equal times are emitted at once: an endless run of them takes no memory', async (t) => {
  const { source, taken } = counting()
  const output = iter.mergeBoundedLateness([source, [0]], { lateness: 0, time: () => 0 })
  t.equal([...iter.fence<number>(1000)(output)].length, 1000)
  t.ok(taken() <= 1001, `${taken()} taken`)
})

t.test('idle: with the system clock', async (t) => {
  // The idle timer does not keep the process alive; usually the inputs do.
  const alive = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(alive))
  const output = mergeBoundedLateness([chain([[1, 2]]), parked], {
    lateness: 0,
    idle: 5,
    closeTimeout: 5,
  })
  const seen: number[] = []
  for await (const item of output) {
    seen.push(item)
    if (seen.length === 2) break
  }
  t.strictSame(seen, [1, 2])
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, options: unknown): void => {
    for (const { mergeBoundedLateness } of [iter, async as unknown as typeof iter])
      t.throws(() => mergeBoundedLateness([[1]], options as never), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument,
      })
    t.throws(() => mergeBoundedLateness([[1]], options as never), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('lateness', undefined)
  bad('lateness', {})
  bad('lateness', { lateness: -1 })
  bad('lateness', { lateness: Infinity })
  bad('time', { lateness: 1, time: 'at' })
  bad('late', { lateness: 1, late: 'skip' })
  bad('idle', { lateness: 1, idle: -1 })
  bad('clock', { lateness: 1, clock: { now: () => 0 } })
  t.strictSame(await all(async.mergeBoundedLateness([], { lateness: 1 })), [])
})
