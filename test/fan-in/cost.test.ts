import t from 'tap'
import * as async from '../../lib/async.ts'
import { collect, faces } from '../instruments/faces.ts'

/** The processor time of a call, the least of a few. */
async function costOf(run: () => Promise<unknown>, times: number): Promise<number> {
  let least = Infinity
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least
}

/** What costs k for k inputs, or k log k, costs some 20 times as much for 16 times as many; what costs k², 256 times. */
const FEW = 3000
const MANY = 16 * FEW
const MOST = 100
/** Less than this, in microseconds, says nothing. */
const LEAST = 10_000

for (const face of faces.filter(({ name }) => name !== 'streams')) {
  const { chain, merge, mergeBoundedLateness, roundRobin } = face.api
  const late = (inputs: Iterable<number>[]): unknown => mergeBoundedLateness(inputs, { lateness: 1 })
  for (const [name, join] of Object.entries({ chain, roundRobin, merge, mergeBoundedLateness: late })) {
    t.test(`cost (${face.name}): ${name} of many inputs that end costs less than their square`, async (t) => {
      const run = (k: number) => async (): Promise<void> => {
        const items = await collect(
          (join as typeof late)(Array.from({ length: k }, (_, i) => (i % 10 > 0 ? [] : [1]))),
        )
        if (items.length !== k / 10) throw new Error('items were lost')
      }
      const few = await costOf(run(FEW), 3)
      t.ok((await costOf(run(MANY), 1)) < MOST * Math.max(few, LEAST))
    })
  }
}

t.test('cost: an idle input that wakes does not cost a look at all k inputs', async (t) => {
  const run = (k: number) => async (): Promise<void> => {
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
  const few = await costOf(run(1000), 3)
  t.ok((await costOf(run(16_000), 1)) < 60 * few)
})
