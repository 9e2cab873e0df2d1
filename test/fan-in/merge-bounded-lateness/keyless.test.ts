import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../../lib/async.ts'
import { mergeBoundedLateness, sourceOf, type LatenessOptions } from '../../../lib/index.ts'
import { handClock } from '../../instruments/hand-clock.ts'
import { collect, faces } from '../../instruments/faces.ts'
import { delayed, mergedLines, type Line } from '../../instruments/records.ts'
import { counting, failing } from '../../instruments/sources.ts'

/** Inputs in which no item is more than `lateness` behind the newest one, and some lines have no time. */
const nearlySorted = fc
  .record({
    lateness: fc.nat(5),
    steps: fc.array(
      fc.array(fc.option(fc.tuple(fc.nat(3), fc.nat(5)), { nil: undefined, freq: 2 }), { maxLength: 10 }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ lateness, steps }) => ({
    lateness,
    inputs: steps.map((input, source) => {
      let newest = 0
      return input.map((step, index): Line => {
        if (step === undefined) return { key: undefined, source, index }
        newest += step[0]
        return { key: newest - Math.min(step[1], lateness), source, index }
      })
    }),
  }))

/** Values that mean that there is no time. */
const nones = fc.constantFrom<unknown>(undefined, null, NaN, new Date(NaN))

for (const face of faces) {
  const { mergeBoundedLateness } = face.api

  t.test(
    `M1: mergeBoundedLateness (${face.name}) with keyless 'follow' keeps items without a time next to the item before them`,
    async (t) => {
      const property = fc.asyncProperty(
        fc.scheduler(),
        nearlySorted,
        nones,
        fc.boolean(),
        async (scheduler, { lateness, inputs }, none, areDates) => {
          const asked: Line[] = []
          const time = (line: Line): number => {
            asked.push(line)
            if (line.key === undefined) return none as number
            return (areDates ? new Date(line.key) : line.key) as number
          }
          const sources = delayed(face, scheduler, inputs)
          const running = collect(mergeBoundedLateness(sources, { time, lateness, keyless: 'follow' }))
          await scheduler.waitFor(running)
          assert.deepEqual(await running, mergedLines(inputs))
          for (const [i, input] of inputs.entries())
            assert.deepEqual(
              asked.filter(({ source }) => source === i),
              input,
              'time is called once per item, in order',
            )
        },
      )
      await t.resolves(fc.assert(property, { numRuns: face.name === 'iter' ? 200 : 60 }))
    },
  )

  t.test(`mergeBoundedLateness (${face.name}): items that follow a late item are late, too`, async (t) => {
    const inputs = [
      ['10', 'a', '20', 'b', '12', 'c', 'd', '15', 'e'],
      ['x', '1', '50', 'y'],
    ]
    const merged = (late?: unknown) =>
      mergeBoundedLateness(inputs, { time: Number, lateness: 5, keyless: 'follow', late } as never)
    const wanted = ['x', '1', '10', 'a', '15', 'e', '20', 'b', '50', 'y']
    t.strictSame(await collect(merged('drop')), wanted)
    const told: unknown[] = []
    const report = (item: string, late: object): unknown => told.push({ item, ...late })
    t.strictSame(await collect(merged(report)), wanted)
    const of = { source: 0, label: undefined, lateness: 8 }
    t.strictSame(told, [
      { item: '12', ...of, index: 4 },
      { item: 'c', ...of, index: 5 },
      { item: 'd', ...of, index: 6 },
    ])
    const seen: unknown[] = []
    const iterator = face.iterate(merged() as Iterable<unknown>)
    await t.rejects(
      async () => {
        for (let r = await iterator.next(); r.done !== true; r = await iterator.next()) seen.push(r.value)
      },
      { code: 'ERR_FANPIPE_LATE', source: 0, index: 4, lateness: 8 },
    )
    t.strictSame(seen, ['x', '1', '10', 'a', '20', 'b'])
  })

  t.test(
    `mergeBoundedLateness (${face.name}): with 'follow' any other unusable time is a KeyError`,
    async (t) => {
      for (const bad of [Infinity, '5', 1n]) {
        const output = mergeBoundedLateness([[1, NaN, bad]] as number[][], { lateness: 1, keyless: 'follow' })
        await t.rejects(collect(output), { code: 'ERR_FANPIPE_KEY', source: 0, index: 2, key: bad })
      }
      await t.rejects(collect(mergeBoundedLateness([[1, NaN]], { lateness: 1, keyless: 'fail' })), {
        code: 'ERR_FANPIPE_KEY',
        index: 1,
        message: /: use `keyless: 'follow'` .*, `multiline` .*, or another `time` function; .* mergeReady/,
      })
      t.throws(() => mergeBoundedLateness([[1]], { lateness: 1, keyless: 'skip' as never }), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'keyless',
      })
    },
  )

  t.test(
    `mergeBoundedLateness (${face.name}): an input's error arrives after the items that follow its last keyed item`,
    async (t) => {
      const error = new Error('broken')
      const inputs = [failing(['5', 'x', '3', 'y'], error), ['1', '4', '9', 'z']]
      const output = mergeBoundedLateness(inputs, { time: Number, lateness: 2, keyless: 'follow' })
      const iterator = face.iterate(output)
      const seen: unknown[] = []
      await t.rejects(async () => {
        for (let r = await iterator.next(); r.done !== true; r = await iterator.next()) seen.push(r.value)
      }, error)
      t.strictSame(seen, ['1', '3', 'y', '4', '5', 'x'])
      t.strictSame(sourceOf(error), [{ index: 0, label: undefined }])
    },
  )

  t.test(
    `mergeBoundedLateness (${face.name}): with 'follow' only the window is held in memory`,
    async (t) => {
      const ahead = counting()
      const output = mergeBoundedLateness(
        [ahead.source, ['x', '0', 'y', '1', '2', '50']] as Iterable<unknown>[],
        {
          time: (item) => Number(item),
          lateness: 2,
          keyless: 'follow',
          ...(face.name === 'streams' && { highWaterMark: 0 }),
        },
      )
      const first = await collect(output, 8)
      t.strictSame(first, ['x', 0, '0', 'y', 1, '1', 2, '2'])
      t.ok(ahead.taken() <= 8, `${ahead.taken()} taken`)
    },
  )
}

const stream = (): PassThrough => new PassThrough({ objectMode: true })

/** Merges streams by number with a fake clock; `seen` returns what has been emitted since its last call. */
function idleMerge(count: number, lateness: number, late: LatenessOptions<unknown>['late'] = 'fail') {
  const { clock, timers, advance } = handClock()
  const inputs = Array.from({ length: count }, stream)
  const options = { time: Number, lateness, late, idle: 100, clock, keyless: 'follow' } as const
  const output = mergeBoundedLateness(inputs, options)
  const items: unknown[] = []
  output.on('data', (item) => items.push(item)).on('error', (error) => items.push(error))
  const seen = async (): Promise<unknown[]> => {
    for (let turn = 0; turn < 8; turn++) await setImmediate()
    return items.splice(0)
  }
  const write = (input: number, ...written: string[]): void => {
    for (const item of written) inputs[input]?.write(item)
  }
  return { inputs, output, timers, advance, seen, write }
}

t.test(
  'keyless, idle: items that arrive after an idle period are emitted at once, and stay together',
  async (t) => {
    const { inputs, timers, advance, seen, write } = idleMerge(2, 0)
    write(0, '1')
    write(1, '2', '3')
    t.strictSame(await seen(), [], 'a follower may still arrive')
    await advance(99)
    t.strictSame(await seen(), [])
    await advance(1)
    t.strictSame(await seen(), ['1', '2'], 'its input is idle; a follower of the last item may still arrive')
    await advance(100)
    t.strictSame(await seen(), ['3'])
    write(0, 'x', 'y')
    t.strictSame(await seen(), ['x', 'y'])
    write(1, 'z', '4')
    t.strictSame(await seen(), [], 'nothing comes between an item and its possible followers')
    write(0, 'w')
    t.strictSame(await seen(), ['w'])
    write(0, '5')
    t.strictSame(await seen(), ['z'])
    write(1, 'zz')
    t.strictSame(await seen(), ['4'])
    write(1, '6')
    t.strictSame(await seen(), ['zz'])
    inputs[0]?.end()
    inputs[1]?.end()
    t.strictSame(await seen(), ['5', '6'])
    t.equal(timers.size, 0)
  },
)

t.test(
  'keyless, idle: a follower is not held up by an input that has not yielded anything yet',
  async (t) => {
    const { output, advance, seen, write } = idleMerge(3, 10)
    write(0, '1')
    await seen()
    await advance(100)
    t.strictSame(await seen(), ['1'], 'all are idle')
    write(2, '5')
    t.strictSame(await seen(), [])
    write(0, 'x')
    t.strictSame(await seen(), ['x'], 'although the window of the other input is still open')
    write(0, 'y')
    t.strictSame(await seen(), ['y'])
    output.destroy()
  },
)

t.test(
  'keyless, idle: an input that starts with an item without a time after being idle is not late',
  async (t) => {
    const { inputs, advance, seen, write } = idleMerge(2, 0, 'drop')
    write(0, '10', '11', '12')
    await seen()
    await advance(100)
    t.strictSame(await seen(), ['10', '11'])
    write(1, 'x', 'y', '3', 'z', '20')
    t.strictSame(await seen(), ['x', 'y'], 'followers of a late item are dropped with it')
    write(0, '21')
    inputs[1]?.end()
    t.strictSame(await seen(), ['12', '20'])
    inputs[0]?.end()
    t.strictSame(await seen(), ['21'])
  },
)

t.test('keyless, idle: a follower joins its item while that is still held', async (t) => {
  const { inputs, advance, seen, write } = idleMerge(2, 5)
  write(0, '8')
  write(1, '1', '9')
  t.strictSame(await seen(), ['1'])
  await advance(100)
  t.strictSame(await seen(), ['8', '9'], 'both are idle')
  write(0, '15')
  write(1, '12', 'x')
  t.strictSame(await seen(), [])
  await advance(100)
  t.strictSame(await seen(), ['12', 'x', '15'])
  const error = new Error('broken')
  inputs[1]?.destroy(error)
  t.strictSame(await seen(), [error])
})

t.test('keyless, idle: when all inputs end after being idle, the items still held are emitted', async (t) => {
  for (const writes of [
    [
      [0, '5'],
      [1, '0'],
      [0, '0.1'],
    ],
    [
      [1, 'x'],
      [0, '4'],
      [0, '6'],
      [0, '5'],
    ],
  ] as const) {
    const { clock, advance } = handClock()
    const inputs = [stream(), stream()] as const
    const options = { time: Number, lateness: 5, idle: 100, clock, keyless: 'follow' } as const
    const running = collect(async.mergeBoundedLateness(inputs, options))
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 8; turn++) await setImmediate()
    }
    for (const [input, item] of writes) {
      inputs[input].write(item)
      await turns()
    }
    await advance(100)
    await turns()
    for (const input of inputs) input.end()
    t.strictSame((await running).sort(), writes.map(([, item]) => item).sort())
  }
})

t.test(
  'keyless, idle: whatever the timing, no record is split unless its input was idle in the middle of it',
  async (t) => {
    const writes = fc.record({ input: fc.nat(2), time: fc.option(fc.nat(20), { freq: 1 }) })
    const advances = fc.record({ by: fc.constantFrom(40, 100) })
    const property = fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: writes }, advances), { maxLength: 25 }),
      fc.nat(3),
      async (script, lateness) => {
        const late: string[] = []
        const { inputs, advance, seen, write } = idleMerge(3, lateness, (item) => late.push(item as string))
        const written: string[] = []
        /** Maps each follower to the item that must come right before it. */
        const after = new Map<string, string>()
        const latest = new Map<number, string>()
        let now = 0
        const items: unknown[] = []
        for (const [n, event] of script.entries()) {
          if ('by' in event) {
            await advance(event.by)
            if ((now += event.by) >= 100) latest.clear()
          } else {
            const item = event.time === null ? `x${n}` : `${event.time}.${n + 100}`
            const before = latest.get(event.input)
            if (event.time === null && before !== undefined) after.set(item, before)
            latest.set(event.input, item)
            written.push(item)
            write(event.input, item)
            now = 0
          }
          items.push(...(await seen()))
        }
        for (const input of inputs) input.end()
        items.push(...(await seen()))
        assert.deepEqual([...items, ...late].sort(), written.sort(), 'nothing is lost')
        for (const [i, item] of items.entries()) {
          const before = after.get(item as string)
          assert.ok(
            before === undefined || items[i - 1] === before,
            `${String(item)} after ${String(items[i - 1])}`,
          )
        }
        for (const [i, item] of late.entries()) {
          const before = after.get(item)
          assert.ok(
            before === undefined || late[i - 1] === before,
            `late ${item} is not right after its record`,
          )
        }
      },
    )
    await t.resolves(fc.assert(property, { numRuns: 100 }))
  },
)
