import t from 'tap'
import type * as iter from '../../lib/iter.ts'
import { sourceOf } from '../../lib/index.ts'
import { collect, faces } from '../instruments/faces.ts'

for (const face of faces) {
  const { merge } = face.api
  const gather = (inputs: unknown[], options: object = {}): Promise<unknown[]> =>
    collect(merge(inputs as Iterable<unknown>[], options))

  t.test(
    `merge (${face.name}): an unsorted source is an OrderError that names source, index and both keys`,
    async (t) => {
      await t.rejects(gather([[1], [2, 5, 4]], { labels: ['a.log', 'b.log'] }), {
        code: 'ERR_FANPIPE_ORDER',
        name: 'OrderError',
        source: 1,
        index: 2,
        previousKey: 5,
        key: 4,
        message: 'input 1 (b.log) is not sorted: item 2 has the key 4 after 5',
      })
      await t.rejects(gather([[1, 2]], { reverse: true }), {
        code: 'ERR_FANPIPE_ORDER',
        previousKey: 1,
        key: 2,
      })
      const [late, early] = [new Date(2000), new Date(1000)]
      await t.rejects(gather([[late, early]]), { code: 'ERR_FANPIPE_ORDER', previousKey: late, key: early })
    },
  )

  t.test(`merge (${face.name}): one of other settings is not unfolded into another`, async (t) => {
    const nested = (options: iter.MergeOptions<number>) => merge([[5, 3, 1]], options)
    const trusting = merge([nested({ reverse: true })], { order: 'trust' })
    t.strictSame(await collect(trusting), [5, 3, 1])
    t.strictSame(await collect(merge([nested({ order: 'trust' })], { order: 'trust' })), [5, 3, 1])
    await t.rejects(collect(merge([nested({})], { order: 'trust' })), { code: 'ERR_FANPIPE_ORDER' })
    const [up, down] = [merge([[1, 2]]), merge([[9, 8]], { reverse: true })]
    await t.rejects(collect(merge([up, down])), { code: 'ERR_FANPIPE_ORDER', source: 1, index: 1 })
  })

  t.test(`merge (${face.name}): 'trust' does not look at the order`, async (t) => {
    t.strictSame(await gather([[3, 1], [2]], { order: 'trust' }), [2, 3, 1])
  })

  t.test(`merge (${face.name}): the natural order takes numbers and bigints, strings or Dates`, async (t) => {
    t.strictSame(await gather([[1, 3n], [2n]]), [1, 2n, 3n])
    t.strictSame(
      await gather([
        ['a', 'c'],
        ['B', 'b'],
      ]),
      ['B', 'a', 'b', 'c'],
    )
    const [first, second] = [new Date(1), new Date(2)]
    t.strictSame(await gather([[second], [first]]), [first, second])
  })

  t.test(`merge (${face.name}): any other key is a KeyError that names compare`, async (t) => {
    for (const [key, shown] of [
      [NaN, 'NaN'],
      [new Date(NaN), 'an invalid Date'],
      [undefined, 'undefined'],
      [{}, 'an object'],
      [[1], 'an array'],
      [() => 1, 'a function'],
      [true, 'true'],
      [new Error('x'), 'Error: x'],
    ] as const) {
      await t.rejects(gather([[], [key]]), {
        code: 'ERR_FANPIPE_KEY',
        source: 1,
        index: 0,
        message: `input 1, item 0: the key ${shown} is not a number, a bigint, a string or a Date; give \`compare\` to order other keys`,
      })
    }
    await t.rejects(gather([[1], ['a']]), {
      code: 'ERR_FANPIPE_KEY',
      source: 1,
      message: /"a" is not a number as the others/,
    })
    await t.rejects(gather([['a'.repeat(80)], [1n]]), {
      code: 'ERR_FANPIPE_KEY',
      message: /1n is not a string/,
    })
    await t.rejects(gather([[new Date(0)], ['b'.repeat(80)]]), {
      code: 'ERR_FANPIPE_KEY',
      message: /b…" is not a|"b+"… is not a Date/,
    })
  })

  t.test(
    `merge (${face.name}): compare orders any keys, also under reverse, and sees the keys`,
    async (t) => {
      const compare = (a: { n: number }, b: { n: number }): number => a.n - b.n
      const [one, two, three] = [{ n: 1 }, { n: 2 }, { n: 3 }]
      t.strictSame(await gather([[one, three], [two]], { compare }), [one, two, three])
      t.strictSame(await gather([[three, one], [two]], { compare, reverse: true }), [three, two, one])
      await t.rejects(gather([[two, one]], { compare }), {
        code: 'ERR_FANPIPE_ORDER',
        previousKey: two,
        key: one,
      })
    },
  )

  t.test(`merge (${face.name}): what key throws arrives unchanged`, async (t) => {
    const error = new Error('no key')
    const key = (): never => {
      throw error
    }
    await t.rejects(gather([[1]], { key }), error)
  })

  t.test(`merge (${face.name}): no inputs are an empty result, many inputs one sorted whole`, async (t) => {
    t.strictSame(await gather([]), [])
    const inputs = Array.from({ length: 1000 }, (_, i) => [i, i + 1000])
    t.strictSame(
      await gather(inputs),
      Array.from({ length: 2000 }, (_, i) => i),
    )
  })

  t.test(
    `merge (${face.name}): a source is asked again only when the item after its own is demanded`,
    async (t) => {
      const { input, record } = face.recorded([1, 2, 3])
      // By default a Readable reads ahead of its consumer.
      const options: object = face.name === 'streams' ? { highWaterMark: 0 } : {}
      const iterator = face.iterate(merge([input, [1.5]], options))
      t.equal((await iterator.next()).value, 1)
      t.equal(record.pulled, 1)
      t.equal((await iterator.next()).value, 1.5)
      t.equal(record.pulled, 2)
      await iterator.return?.()
    },
  )
}

t.test('sourceOf tells the whole way to an input whose order or key is refused', async (t) => {
  const error = await collect(
    faces[0]?.api.chain([[0], faces[0].api.merge([[1], [3, 2]], { labels: ['fine', 'unsorted'] })]),
  ).catch((error: unknown) => error)
  t.strictSame(sourceOf(error), [
    { index: 1, label: undefined },
    { index: 1, label: 'unsorted' },
  ])
  const key = await collect(faces[0]?.api.merge([[1], [NaN]])).catch((error: unknown) => error)
  t.strictSame(sourceOf(key), [{ index: 1, label: undefined }])
})
