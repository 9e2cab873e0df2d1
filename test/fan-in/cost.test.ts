import t from 'tap'
import * as async from '../../lib/async.ts'
import { collect, faces } from '../instruments/faces.ts'

/** The processor time of a call, in microseconds. */
async function costOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/**
 * Tells what costs k for k inputs, or k log k, from what costs k². For 16 times as many inputs the former costs some 20 times as
 * much and the latter 256 times. A busy machine can make a single measurement look worse but not better, so one that is good
 * enough decides.
 */
async function growsLikeSquare(run: (k: number) => Promise<unknown>, few: number): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const [cost, costOfMany] = [await costOf(() => run(few)), await costOf(() => run(16 * few))]
    if (costOfMany < 100 * Math.max(cost, LEAST)) return false
  }
  return true
}

/** Less than this, in microseconds, says nothing. */
const LEAST = 10_000

for (const face of faces.filter(({ name }) => name !== 'streams')) {
  const { chain, merge, mergeBoundedLateness, mergeReady, roundRobin } = face.api
  const late = (inputs: Iterable<number>[]): unknown => mergeBoundedLateness(inputs, { lateness: 1 })
  for (const [name, join] of Object.entries({
    chain,
    roundRobin,
    merge,
    mergeReady,
    mergeBoundedLateness: late,
  })) {
    t.test(`cost (${face.name}): ${name} of many inputs that end costs less than their square`, async (t) => {
      const run = async (k: number): Promise<void> => {
        const items = await collect(
          (join as typeof late)(Array.from({ length: k }, (_, i) => (i % 10 > 0 ? [] : [1]))),
        )
        if (items.length !== k / 10) throw new Error('items were lost')
      }
      t.equal(await growsLikeSquare(run, 3000), false)
    })
  }
}

const joins: Record<string, (inputs: AsyncIterable<number>[]) => Promise<number[]>> = {
  zip: async (inputs) => (await collect<number[]>(async.zip(inputs))).flat(),
  mergeReady: (inputs) => collect<number>(async.mergeReady(inputs)),
}
for (const [name, join] of Object.entries(joins)) {
  t.test(`cost: waking one input of ${name} does not poll all k inputs`, async (t) => {
    const run = async (k: number): Promise<void> => {
      const wakers: (() => void)[] = []
      const input = async function* (i: number): AsyncGenerator<number> {
        await new Promise<void>((resolve) => (wakers[i] = resolve))
        yield i
      }
      const joining = join(Array.from({ length: k }, (_, i) => input(i)))
      await new Promise(setImmediate)
      for (let i = k - 1; i >= 0; i--) {
        wakers[i]?.()
        await new Promise(setImmediate)
      }
      if ((await joining).length !== k) throw new Error('items were lost')
    }
    t.equal(await growsLikeSquare(run, 1000), false)
  })
}

t.test('cost: waking an idle input does not poll all k inputs', async (t) => {
  const run = async (k: number): Promise<void> => {
    let now = 0
    let timer: (() => void) | undefined
    const clock = {
      now: () => now,
      setTimeout: (callback: () => void) => (timer = callback),
      clearTimeout: () => (timer = undefined),
    }
    const wakers: (() => void)[] = []
    const input = async function* (i: number): AsyncGenerator<number> {
      yield 0
      await new Promise<void>((resolve) => (wakers[i] = resolve))
      yield i + 1
    }
    const inputs = Array.from({ length: k }, (_, i) => input(i))
    const items: number[] = []
    const consuming = (async () => {
      for await (const item of async.mergeBoundedLateness(inputs, {
        lateness: 0,
        idle: 1,
        clock,
        late: 'drop',
      }))
        items.push(item)
    })()
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    while (items.length < k) {
      await turn()
      now++
      timer?.()
    }
    for (let i = 0; i < k; i++) {
      wakers[i]?.()
      await turn()
    }
    await consuming
    if (items.length !== 2 * k || items.at(-1) !== k) throw new Error('items were lost')
  }
  t.equal(await growsLikeSquare(run, 1000), false)
})
