import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { isoTime, merge, sourceOf } from '../../../lib/index.ts'
import { drained } from '../../instruments/drain.ts'
import { collect, faces } from '../../instruments/faces.ts'
import { delayed, keyOfLine, linesOf, mergedLines, steps, type Line } from '../../instruments/records.ts'
import { failing } from '../../instruments/sources.ts'

/** Kinds of keys, each with a value that means that there is no key. */
const kinds = fc.constantFrom<[(key: number) => unknown, unknown]>(
  [Number, NaN],
  [Number, undefined],
  [BigInt, null],
  [(n) => new Date(n), new Date(NaN)],
  [(n) => String(2000 + n), undefined],
)

for (const face of faces) {
  const { merge } = face.api

  t.test(
    `M1: merge (${face.name}) with keyless 'follow' keeps items without a key next to the item before them, also under reverse`,
    async (t) => {
      const property = fc.asyncProperty(
        fc.scheduler(),
        steps,
        fc.boolean(),
        kinds,
        fc.constantFrom('check', 'trust'),
        async (scheduler, steps, reverse, [kind, none], order) => {
          const inputs = linesOf(steps, reverse)
          const asked: Line[] = []
          const key = (line: Line): unknown => {
            asked.push(line)
            return line.key === undefined ? none : kind(line.key)
          }
          const output = merge(delayed(face, scheduler, inputs), { key, reverse, order, keyless: 'follow' })
          const running = collect(output)
          await scheduler.waitFor(running)
          assert.deepEqual(await running, mergedLines(inputs, reverse))
          for (const [i, input] of inputs.entries())
            assert.deepEqual(
              asked.filter(({ source }) => source === i),
              input,
              'key is called once per item, in order',
            )
        },
      )
      await t.resolves(fc.assert(property, { numRuns: face.name === 'iter' ? 200 : 60 }))
    },
  )

  t.test(`merge (${face.name}): each input may have its own key function, also with 'follow'`, async (t) => {
    const key = [Number, (text: string) => Number(text.slice(1))]
    const inputs = [
      ['1', '-', '3'],
      ['x', '#2', '#-', '#4'],
    ]
    t.strictSame(await collect(merge(inputs, { key, keyless: 'follow' })), 'x,1,-,#2,#-,3,#4'.split(','))
  })

  t.test(`merge (${face.name}): with compare, only undefined means no key`, async (t) => {
    const compare = (a: number | null, b: number | null): number => (a ?? 0) - (b ?? 0)
    const inputs = [
      [undefined, null, undefined, 2],
      [1, undefined, 3],
    ] as (number | null)[][]
    const options = { compare, key: (n: number | null) => n }
    // A null would end the stream.
    const inFace = face.name === 'streams' ? inputs.map((input) => input.map((n) => n ?? undefined)) : inputs
    const [first, second] = inFace as [unknown[], unknown[]]
    const output = merge(inFace as (number | null)[][], { ...options, keyless: 'follow' })
    t.strictSame(await collect(output), [...first.slice(0, 3), ...second.slice(0, 2), 2, 3])
    await t.rejects(collect(merge([[1], [NaN, undefined as never]], { compare: () => 0 })), {
      code: 'ERR_FANPIPE_KEY',
      source: 1,
      index: 1,
      key: undefined,
      message: /no key was found in undefined, the key is undefined: use `keyless: 'follow'`/,
    })
  })

  t.test(`merge (${face.name}): with 'follow' any other unusable key is an error`, async (t) => {
    for (const [key, message] of [
      [() => true, /the key of 2 is true, not a number/],
      [async () => 1, /the key of 2 is a promise/],
    ] as const)
      await t.rejects(collect(merge([[1], [2]], { key: [Number, key], keyless: 'follow' } as never)), {
        code: 'ERR_FANPIPE_KEY',
        source: 1,
        index: 0,
        message,
      })
  })

  t.test(
    `merge (${face.name}): the item index in errors includes items without a key, and the message names the zone`,
    async (t) => {
      const lines = ['at x', '2026-10-25 03:00:00', 'at y', 'at z', '2026-10-25 02:30:00']
      const key = isoTime({ zone: 'Europe/Berlin' })
      await t.rejects(collect(merge([lines], { key, keyless: 'follow' })), {
        code: 'ERR_FANPIPE_ORDER',
        index: 4,
        message: /Europe\/Berlin/,
      })
      await t.rejects(collect(merge([['1', 'x', '0']], { key: Number, keyless: 'follow' })), {
        code: 'ERR_FANPIPE_ORDER',
        index: 2,
      })
    },
  )

  t.test(
    `merge (${face.name}): the error of an input comes after the items that follow its last key`,
    async (t) => {
      const error = new Error('broken')
      const seen: string[] = []
      const output = merge([failing(['1', 'x', 'y'], error), ['2', 'z']], { key: Number, keyless: 'follow' })
      const iterator = face.iterate(output)
      await t.rejects(async () => {
        for (let r = await iterator.next(); r.done !== true; r = await iterator.next()) seen.push(r.value)
      }, error)
      t.strictSame(seen, ['1', 'x', 'y'])
      t.strictSame(sourceOf(error), [{ index: 0, label: undefined }])
    },
  )

  t.test(
    `merge (${face.name}): an error thrown by key after a keyless item arrives after that item`,
    async (t) => {
      const error = new Error('no key')
      const key = (n: number): number => {
        if (n === 3) throw error
        return n === 2 ? NaN : n
      }
      const iterator = face.iterate(merge([[1, 2, 3]], { key, keyless: 'follow' }))
      t.equal((await iterator.next()).value, 1)
      t.equal((await iterator.next()).value, 2)
      await t.rejects(iterator.next(), error)
    },
  )

  t.test(
    `merge (${face.name}): with 'follow' an item is emitted once its input has yielded another one or has ended`,
    async (t) => {
      const [a, b] = [face.recorded(['1', 'x', '3', '4']), face.recorded(['2', '5'])]
      // By default a Readable reads ahead of its consumer.
      const options: object = face.name === 'streams' ? { highWaterMark: 0 } : {}
      const output = merge([a.input, b.input], { key: Number, keyless: 'follow', ...options })
      const iterator = face.iterate(output)
      const pulled: unknown[] = []
      for (let n = 0; n < 4; n++) {
        const { value } = await iterator.next()
        pulled.push([value, a.record.pulled, b.record.pulled])
      }
      t.strictSame(pulled, [
        ['1', 2, 1],
        ['x', 3, 1],
        ['2', 3, 2],
        ['3', 4, 2],
      ])
      await iterator.return?.()
      t.strictSame([a.record.closed, b.record.closed], [1, 1])
    },
  )

  t.test(`merge (${face.name}): nested merges with 'follow' are flattened into one merge`, async (t) => {
    const options = { key: keyOfLine, keyless: 'follow' } as const
    const property = fc.asyncProperty(
      steps,
      fc.constantFrom<object>({}, { order: 'trust' }),
      async (steps, other) => {
        const lines = linesOf(steps)
        const [first, ...others] = lines as [Line[], ...Line[][]]
        const output = merge([merge([first], options), merge(others, { ...options, ...other })], options)
        assert.deepEqual(await collect(output), mergedLines(lines))
      },
    )
    await t.resolves(fc.assert(property, { numRuns: 50 }))
    const failing = merge([merge([[NaN]], { keyless: 'follow' })])
    await t.rejects(collect(failing), { code: 'ERR_FANPIPE_KEY' }, 'the outer merge has settings of its own')
    t.strictSame(await collect(merge([], options)), [])
    t.strictSame(await collect(merge([[1, NaN], [NaN]], { keyless: 'follow' })), [NaN, 1, NaN])
  })

  t.test(`merge (${face.name}): keyless defaults to 'fail', and unknown values are refused`, async (t) => {
    await t.rejects(collect(merge([[1, NaN]], { keyless: 'fail' })), { code: 'ERR_FANPIPE_KEY', index: 1 })
    t.throws(() => merge([[1]], { keyless: 'skip' as never }), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'keyless',
      message: "keyless must be one of 'fail', 'follow', not \"skip\"",
    })
  })
}

t.test('keyless: an item is held while its input is silent, and nothing overtakes it', async (t) => {
  const [a, b] = [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })]
  const output = merge([a, b], { key: Number, keyless: 'follow' })
  const seen: string[] = []
  output.on('data', (item: string) => seen.push(item))
  const settled = async (): Promise<string[]> => {
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    return seen.splice(0)
  }
  b.write('2')
  b.write('3')
  a.write('1')
  t.strictSame(await settled(), [], 'a follower may still arrive')
  a.write('x')
  t.strictSame(await settled(), ['1'])
  a.write('y')
  t.strictSame(await settled(), ['x'])
  a.write('4')
  t.strictSame(await settled(), ['y', '2'])
  b.end()
  t.strictSame(await settled(), ['3'])
  a.end()
  t.strictSame(await settled(), ['4'])
})

t.test('keyless: an error names an item of a nested merge only if it is the latest', async (t) => {
  const nested = () => merge([['a', 'b']], { key: String, keyless: 'follow' })
  const key = (item: string): number => (item === 'a' ? NaN : 1)
  for (const [readAhead, depth] of [
    [0, 2],
    [1, 1],
  ] as const) {
    const { error } = await drained(merge([nested()], { readAhead, key }))
    t.match(error, { code: 'ERR_FANPIPE_KEY', index: 0 })
    t.equal(sourceOf(error as Error)?.length, depth, `readAhead ${readAhead}`)
  }
})
