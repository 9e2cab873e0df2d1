import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../../lib/async.ts'
import * as streams from '../../../lib/index.ts'
import { sourceOf, type CardinalityError } from '../../../lib/index.ts'
import { FanIn } from '../../../lib/fan-in/fan-in.ts'
import type { ErrorPolicy } from '../../../lib/fan-in/input-errors.ts'
import { zipJunction } from '../../../lib/fan-in/zip/zip.ts'
import type { ZipMode } from '../../../lib/fan-in/zip/zip-options.ts'
import type { Recipe } from '../../../lib/kernel/recipe.ts'
import { DONE } from '../../../lib/kernel/cursor.ts'
import { toIterable } from '../../../lib/to/iterable.ts'
import { drained } from '../../instruments/drain.ts'
import { collect, faces } from '../../instruments/faces.ts'
import { failing, recording } from '../../instruments/sources.ts'

const modes: readonly ZipMode[] = ['strict', 'shortest', 'longest']
const unequal = (index: number, shorter: number, longer: number) => ({
  code: 'ERR_FANPIPE_CARDINALITY',
  index,
  shorter,
  longer,
})

for (const face of faces) {
  const { zip, sourceOf, fence } = face.api
  const items = async (
    inputs: readonly Iterable<unknown>[],
    options: object = {},
  ): Promise<{ items: unknown[]; error: unknown }> => {
    const iterator = face.iterate(zip(inputs, options))
    const met: unknown[] = []
    try {
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next())
        met.push(step.value)
      return { items: met, error: undefined }
    } catch (error) {
      return { items: met, error }
    }
  }

  t.test(`zip (${face.name}): yields tuples by position, each a new array`, async (t) => {
    const tuples = await collect<unknown[]>(
      zip([face.source([1, 2]), new Set(['a', 'b']), () => [true, false]]),
    )
    t.strictSame(tuples, [
      [1, 'a', true],
      [2, 'b', false],
    ])
    t.not(tuples[0], tuples[1])
    t.strictSame(await collect(zip([[1, 2]])), [[1], [2]])
  })

  t.test(`zip (${face.name}): no inputs or only empty inputs yield no tuples, in every mode`, async (t) => {
    for (const mode of modes) {
      t.strictSame(await collect(zip([], { mode })), [])
      t.strictSame(await collect(zip([[], face.source([])], { mode })), [])
    }
  })

  t.test(
    `zip (${face.name}): unequal lengths are a CardinalityError after the complete tuples`,
    async (t) => {
      const cases: readonly [inputs: unknown[][], index: number, shorter: number, longer: number][] = [
        [
          [
            [1, 2, 3],
            [1, 2],
          ],
          2,
          1,
          0,
        ],
        [
          [
            [1, 2],
            [1, 2, 3],
          ],
          2,
          0,
          1,
        ],
        [[[1], [1, 2], [1]], 1, 0, 1],
        [[[1], [1], [1, 2]], 1, 0, 2],
        [[[1, 2], [1, 2], [1]], 1, 2, 0],
        [[[1, 2], [1], [1]], 1, 1, 0],
        [[[], [1]], 0, 0, 1],
      ]
      for (const [inputs, index, shorter, longer] of cases) {
        const met = await items(inputs.map((input) => face.source(input)))
        t.match(met.error, unequal(index, shorter, longer))
        t.equal(met.items.length, index)
        t.strictSame(sourceOf(met.error), [{ index: shorter, label: undefined }])
      }
    },
  )

  t.test(`zip (${face.name}): a CardinalityError names the inputs by their labels`, async (t) => {
    const { error } = await items([[1, 2], [1]], { labels: ['left', 'right'] })
    t.equal(
      (error as Error).message,
      "input 1 (right) ended before item 1, which input 0 (left) yielded: all inputs of a zip must have the same length unless `mode` is 'shortest' or 'longest'",
    )
  })

  t.test(
    `zip (${face.name}): 'shortest' ends with the first input that ends, and closes the others`,
    async (t) => {
      const [endless, short] = [face.recorded(Array<number>(1000).fill(1)), face.recorded(['a', 'b'])]
      const tuples = await collect(zip([short.input, endless.input], { mode: 'shortest' }))
      t.strictSame(tuples, [
        ['a', 1],
        ['b', 1],
      ])
      t.strictSame([short.record.closed, endless.record.closed], [1, 1])
      t.ok(endless.record.pulled <= 3, 'one unmatched item at most')
    },
  )

  t.test(`zip (${face.name}): 'longest' yields undefined after the end of an input`, async (t) => {
    t.strictSame(
      await collect(zip([face.source([1]), [], face.source(['a', 'b', 'c'])], { mode: 'longest' })),
      [
        [1, undefined, 'a'],
        [undefined, undefined, 'b'],
        [undefined, undefined, 'c'],
      ],
    )
  })

  t.test(`zip (${face.name}): padding replaces each input after its end`, async (t) => {
    const inputs = [[], [1, 2], []]
    const padded = (padding: Iterable<unknown>): Promise<unknown[]> =>
      collect(zip(inputs, { mode: 'longest', padding }))
    const full = [
      ['x', 1, 'z'],
      ['x', 2, 'z'],
    ]
    t.strictSame(await padded(['x', 'y', 'z']), full)
    t.strictSame(await padded(new Set(['x', 'y', 'z', 'more'])), full)
    t.strictSame(await padded('xyz'.split('').values()), full)
    t.strictSame(await padded(['x']), [
      ['x', 1, undefined],
      ['x', 2, undefined],
    ])
    t.strictSame(await padded([null, 0, PENDING_NAME]), [
      [null, 1, PENDING_NAME],
      [null, 2, PENDING_NAME],
    ])
  })

  t.test(
    `zip (${face.name}): padding may be endless; it is read when the inputs are opened, and closed`,
    async (t) => {
      const log: string[] = []
      function* padding(): Generator<string> {
        try {
          for (;;) {
            log.push('value')
            yield '-'
          }
        } finally {
          log.push('closed')
        }
      }
      const tuples = zip([[1], []], { mode: 'longest', padding: padding() })
      t.strictSame(log, [])
      t.strictSame(await collect(tuples), [[1, '-']])
      t.strictSame(log, ['value', 'value', 'closed'])
      const { record, sync } = recording(['x', 'y'])
      await collect(zip([[], [1]], { mode: 'longest', padding: sync }))
      t.strictSame(record, { opened: 1, pulled: 2, closed: 1 })
      const short = recording(['x'])
      await collect(zip([[], [1]], { mode: 'longest', padding: short.sync }))
      t.strictSame(short.record, { opened: 1, pulled: 1, closed: 1 })
    },
  )

  t.test(
    `zip (${face.name}): an error thrown by padding fails the output and closes the inputs`,
    async (t) => {
      const error = new Error('no padding')
      const opened = face.recorded([1])
      const tuples = zip([opened.input, [1]], { mode: 'longest', padding: failing(['x'], error) })
      await t.rejects(collect(tuples), error)
      t.strictSame([opened.record.opened, opened.record.closed], [1, 1])
    },
  )

  t.test(
    `zip (${face.name}): padding that can be read only once is refused the second time`,
    { skip: face.name === 'streams' && 'a Readable can be read once' },
    async (t) => {
      const tuples = zip([[1], []], { mode: 'longest', padding: ['x', 'y'].values() })
      t.strictSame(await collect(tuples), [[1, 'y']])
      await t.rejects(collect(tuples), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'padding' })
    },
  )

  t.test(`zip (${face.name}): invalid options are refused at the call`, async (t) => {
    const refused = (options: object, argument: string, message: RegExp): void => {
      t.throws(() => zip([[1], [2]], options), { code: 'ERR_FANPIPE_ARGUMENT', argument, message })
    }
    for (const mode of ['strict', 'shortest', undefined])
      refused({ mode, padding: [0, 0] }, 'padding', /^padding must be left out unless `mode` is 'longest'$/)
    for (const padding of [null, false, 'ab', Symbol.iterator, 1, {}])
      refused(
        { mode: 'longest', padding },
        'padding',
        /^padding must be an iterable with a value for each input/,
      )
    refused({ mode: 'long' }, 'mode', /^mode must be one of 'strict', 'shortest', 'longest'/)
    refused({ errors: 'delay' }, 'errors', /known options/)
    t.strictSame(await collect(zip([[1], [2]], { mode: 'shortest', padding: undefined })), [[1, 2]])
  })

  t.test(`zip (${face.name}): an input's error arrives when its turn comes, with its origin`, async (t) => {
    const [a, b] = [new Error('a'), new Error('b')]
    for (const mode of modes) {
      const first = await items([failing([1], a), failing([1], b)], { mode, labels: ['x', 'y'] })
      t.strictSame(first, { items: [[1, 1]], error: a })
      t.strictSame(sourceOf(a), [{ index: 0, label: 'x' }])
      const second = await items([[1, 2], failing([1], b), failing([1], a)], { mode })
      t.strictSame(second, { items: [[1, 1, 1]].slice(0, 1), error: b })
    }
    const ends = await items([[1], failing([1], a)])
    t.equal(ends.error, a, 'an input that has ended waits for the others')
    t.match((await items([[1, 2], [1], failing([1], a)])).error, unequal(1, 1, 0))
    t.strictSame(await items([[1], failing([1], a)], { mode: 'shortest' }), {
      items: [[1, 1]],
      error: undefined,
    })
  })

  t.test(
    `zip (${face.name}): an error object shared by several inputs keeps the path of the first`,
    async (t) => {
      const error = new Error('shared')
      t.equal((await items([face.source([1, 2]), failing([1], error), failing([1], error)])).error, error)
      t.strictSame(sourceOf(error), [{ index: 1, label: undefined }])
    },
  )

  t.test(`zip (${face.name}): the tuple of a nested zip is one item of the outer tuple`, async (t) => {
    t.strictSame(await collect(zip([zip([[1], [2]]), zip([[3], [4]])])), [
      [
        [1, 2],
        [3, 4],
      ],
    ])
  })

  t.test(`zip (${face.name}): the list of inputs may be lazy`, async (t) => {
    function* lists(): Generator<number[]> {
      yield [1, 2]
      yield [3]
    }
    t.strictSame(await collect(zip(lists(), { mode: 'longest', padding: [0, -1] })), [
      [1, 3],
      [2, -1],
    ])
  })

  t.test(`zip (${face.name}): with 'shortest', the output stays ended once it has ended`, async (t) => {
    const iterator = face.iterate(zip([[1], []], { mode: 'shortest' }))
    for (let pull = 0; pull < 2; pull++) t.equal((await iterator.next()).done, true)
    t.strictSame(
      await collect(
        fence<unknown>(1)(
          zip([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
      [[1, 3]],
    )
  })
}

/** An item that looks like one of our internal signals. */
const PENDING_NAME = Symbol('fanpipe.pending')

const lists = fc.array(fc.array(fc.nat(), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 })

t.test('zip: the error names the first input that has ended and the first that continues', async (t) => {
  for (const face of faces) {
    const property = fc.asyncProperty(lists, async (inputs) => {
      const lengths = inputs.map(({ length }) => length)
      const index = Math.min(...lengths)
      const [shorter, longer] = [lengths.indexOf(index), lengths.findIndex((length) => length > index)]
      const error = await collect(face.api.zip(inputs.map((input) => face.source(input)))).then(
        () => undefined,
        (met: unknown) => met as CardinalityError,
      )
      const found = error && { index: error.index, shorter: error.shorter, longer: error.longer }
      assert.deepEqual(found, longer < 0 ? undefined : { index, shorter, longer })
    })
    await t.resolves(fc.assert(property, { numRuns: 50 }), face.name)
  }
})

t.test('zip: in the iter face, no input is polled once the outcome is known', async (t) => {
  const { zip } = (faces[0] as (typeof faces)[0]).api
  const pulls = (mode: ZipMode, ...lengths: number[]): number[] => {
    const sources = lengths.map((length) => recording(Array<number>(length).fill(0)))
    try {
      for (const tuple of zip(
        sources.map(({ sync }) => sync),
        { mode },
      ))
        assert.equal(tuple.length, lengths.length)
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ERR_FANPIPE_CARDINALITY')
    }
    for (const { record } of sources) assert.equal(record.closed, 1)
    return sources.map(({ record }) => record.pulled)
  }
  t.strictSame(pulls('shortest', 1, 3, 3), [1, 1, 1])
  t.strictSame(pulls('shortest', 3, 1, 3), [2, 1, 1])
  t.strictSame(pulls('strict', 3, 1, 3), [2, 1, 1])
  t.strictSame(pulls('strict', 1, 1, 3, 3), [1, 1, 2, 1])
})

for (const { name, zip } of [
  { name: 'async', zip: async.zip },
  { name: 'streams', zip: streams.zip as unknown as typeof async.zip },
]) {
  t.test(`zip (${name}): slow inputs are fetched concurrently`, async (t) => {
    let [working, most] = [0, 0]
    const slow = async function* (): AsyncGenerator<number> {
      for (let n = 0; n < 3; n++) {
        most = Math.max(most, ++working)
        await new Promise((resolve) => setTimeout(resolve, 1))
        working--
        yield n
      }
    }
    const { items } = await drained(zip([slow(), slow(), slow()]))
    t.strictSame(items, [
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
    ])
    t.equal(most, 3)
  })

  t.test(`zip (${name}): an early error waits until its turn comes, and keeps its path`, async (t) => {
    const error = new Error('shared')
    let release: (value?: unknown) => void = () => undefined
    const gate = new Promise((resolve) => (release = resolve))
    const slow = async function* (): AsyncGenerator<number> {
      await gate
      yield* [1, 2]
    }
    const fails = async function* (): AsyncGenerator<number> {
      throw error
    }
    const out = drained(zip([slow(), fails(), fails()]))
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
    release()
    t.strictSame(await out, { items: [], error })
    t.strictSame(sourceOf(error), [{ index: 1, label: undefined }])
  })

  t.test(`zip (${name}): 'shortest' waits until the others are closed`, async (t) => {
    const log: string[] = []
    const slowToClose = async function* (): AsyncGenerator<number> {
      try {
        for (;;) yield 1
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 5))
        log.push('closed')
      }
    }
    for await (const tuple of zip([slowToClose(), [1]], { mode: 'shortest' })) log.push(tuple.join())
    log.push('over')
    t.strictSame(log, ['1,1', 'closed', 'over'])
  })
}

t.test('zip (streams): null is refused as an item, but accepted as padding', async (t) => {
  await t.rejects(
    streams
      .zip([
        [1, 2],
        [1, null],
      ])
      .toArray(),
    { code: 'ERR_FANPIPE_NULL', source: 1, index: 1 },
  )
  t.strictSame(await streams.zip([[1], []], { mode: 'longest', padding: [null, null] }).toArray(), [
    [1, null],
  ])
  t.strictSame((await drained(async.zip([[null]]))).items, [[null]])
})

t.test('zip (streams): the output is in object mode, and objectMode: false is refused', async (t) => {
  t.equal(streams.zip([() => [1]]).readableObjectMode, true)
  t.throws(() => streams.zip([[1]], { objectMode: false }), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'objectMode',
  })
})

t.test('zip: an error policy can treat a failing input as ended', async (t) => {
  class Tolerant extends FanIn<unknown, unknown[]> {
    override readonly errorPolicy: ErrorPolicy = () => ({
      onError: () => DONE,
      wrapOutput: (output) => output,
    })
  }
  const run = (mode: ZipMode): unknown[] => {
    const inputs = [[1, 2, 3], () => failing([1, 2], new Error('broken'))]
    return Array.from(
      toIterable(new Tolerant(zipJunction({ mode }), inputs, 'iter', {}) as Recipe<unknown>, {}),
    )
  }
  t.strictSame(run('shortest'), [
    [1, 1],
    [2, 2],
  ])
  t.strictSame(run('longest'), [
    [1, 1],
    [2, 2],
    [3, undefined],
  ])
  t.throws(() => run('strict'), unequal(2, 1, 0))
})
