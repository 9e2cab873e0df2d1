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
 * Distinguishes costs of k or k log k for k inputs from a cost of k². With 16 times as many inputs, the former grow about
 * 20 times and the latter 256 times. A busy machine can make a measurement look worse but not better, so a single good one
 * is enough.
 */
async function growsQuadratically(run: (k: number) => Promise<unknown>, few: number): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const [cost, costOfMany] = [await costOf(() => run(few)), await costOf(() => run(16 * few))]
    if (costOfMany < 100 * Math.max(cost, MIN_COST)) return false
  }
  return true
}

/** The shortest meaningful measurement, in microseconds. */
const MIN_COST = 10_000

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
    t.test(`cost (${face.name}): ${name} of many inputs that end has less than quadratic cost`, async (t) => {
      const run = async (k: number): Promise<void> => {
        const items = await collect(
          (join as typeof late)(Array.from({ length: k }, (_, i) => (i % 10 > 0 ? [] : [1]))),
        )
        if (items.length !== k / 10) throw new Error('items were lost')
      }
      t.equal(await growsQuadratically(run, 3000), false)
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
    t.equal(await growsQuadratically(run, 1000), false)
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
  t.equal(await growsQuadratically(run, 1000), false)
})
