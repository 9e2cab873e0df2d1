import t from 'tap'
import type * as iter from '../../../lib/iter.ts'
import { sourceOf } from '../../../lib/index.ts'
import { collect, faces } from '../../instruments/faces.ts'

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

  t.test(`merge (${face.name}): a nested merge with other settings keeps its own order`, async (t) => {
    const nested = (options: iter.MergeOptions<number>) => merge([[5, 3, 1]], options)
    const trusting = merge([nested({ reverse: true })], { order: 'trust' })
    t.strictSame(await collect(trusting), [5, 3, 1])
    t.strictSame(await collect(merge([nested({ order: 'trust' })], { order: 'trust' })), [5, 3, 1])
    await t.rejects(collect(merge([nested({})], { order: 'trust' })), { code: 'ERR_FANPIPE_ORDER' })
    const [up, down] = [merge([[1, 2]]), merge([[9, 8]], { reverse: true })]
    await t.rejects(collect(merge([up, down])), { code: 'ERR_FANPIPE_ORDER', source: 1, index: 1 })
  })

  t.test(`merge (${face.name}): 'trust' does not check the order`, async (t) => {
    t.strictSame(await gather([[3, 1], [2]], { order: 'trust' }), [2, 3, 1])
  })

  t.test(
    `merge (${face.name}): the natural order supports numbers and bigints, strings or Dates`,
    async (t) => {
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
    },
  )

  t.test(`merge (${face.name}): any other key is a KeyError that names compare`, async (t) => {
    for (const [key, shown] of [
      [{ a: 1 }, 'of {"a":1} is an object'],
      [[1], 'of [1] is an array'],
      [() => 1, 'of a function is a function'],
      [true, 'is true'],
      [new Error('x'), 'of Error: x is Error: x'],
    ] as const) {
      await t.rejects(gather([[], [key]]), {
        code: 'ERR_FANPIPE_KEY',
        source: 1,
        index: 0,
        message: `input 1, item 0: the key ${shown}, not a number, a bigint, a string or a Date: pass \`compare\` to order other keys; if the order does not matter, mergeReady takes items as they arrive`,
      })
    }
  })

  t.test(
    `merge (${face.name}): a key of a different type than the earlier keys is a KeyError that says so`,
    async (t) => {
      const day = new Date(0)
      for (const [first, second, said] of [
        [1, 'a', 'the key "a" is a string; earlier keys were numbers'],
        ['a', 1n, 'the key 1n is a bigint; earlier keys were strings'],
        [day, 2, 'the key 2 is a number; earlier keys were Dates'],
        [
          2,
          day,
          `the key 1970-01-01T00:00:00.000Z of "1970-01-01T00:00:00.000Z" is a Date; earlier keys were numbers`,
        ],
      ]) {
        for (const inputs of [
          [[first], [second]],
          [[first, second], [second]],
        ])
          await t.rejects(gather(inputs), {
            code: 'ERR_FANPIPE_KEY',
            message: new RegExp(
              `${said as string}: use a \`key\` function that always gives the same type; if the order does not matter`,
            ),
          })
      }
    },
  )

  t.test(
    `merge (${face.name}): if no key is found, the error shows the item and says what to do`,
    async (t) => {
      const advice =
        "use `keyless: 'follow'` to keep such an item with the one before it, `multiline` to join such lines to the one before, or another `key` function"
      const arrival = 'if the order does not matter, mergeReady takes items as they arrive'
      const long = 'x'.repeat(100)
      for (const [item, shown] of [
        ['no time here', '"no time here"'],
        [{ n: 'abc', from: 'here' }, '{"n":"abc","from":"here"}'],
        [long, `"${long.slice(0, 80)}"…`],
        [{ long }, `${JSON.stringify({ long }).slice(0, 80)}…`],
      ] as const) {
        const error = await gather([['1'], [item]], { key: Number }).catch((error: unknown) => error)
        t.match(error, { code: 'ERR_FANPIPE_KEY', source: 1, index: 0, key: NaN })
        t.equal(
          (error as Error).message,
          `input 1, item 0: no key was found in ${shown}, the key is NaN: ${advice}; ${arrival}`,
        )
      }
      const ring: { self?: unknown } = {}
      ring.self = ring
      for (const [item, key] of [
        [ring, null],
        [undefined, undefined],
        [7, new Date(NaN)],
      ])
        await t.rejects(gather([[item]], { key: () => key }), {
          code: 'ERR_FANPIPE_KEY',
          message: /no key was found in (an object|undefined|7), the key is (null|undefined|an invalid Date)/,
        })
    },
  )

  t.test(
    `merge (${face.name}): a promise is refused as a key, also with compare, and its rejection is handled`,
    async (t) => {
      for (const compare of [undefined, () => 0]) {
        for (const key of [async (n: number) => n, () => Promise.reject(new Error('never seen'))]) {
          await t.rejects(gather([[1, 2], [3]], { key, compare }), {
            code: 'ERR_FANPIPE_KEY',
            source: 0,
            index: 0,
            message: /the key of 1 is a promise, and keys are not awaited/,
          })
        }
      }
    },
  )

  t.test(
    `merge (${face.name}): an error thrown by compare is attributed to the input whose item arrived last`,
    async (t) => {
      const error = new Error('cannot compare')
      const compare = (a: number, b: number): number => {
        if (a === 3 || b === 3) throw error
        return a - b
      }
      const output = face.api.merge([[2], [1, 3]], { compare, order: 'trust' })
      await t.rejects(collect(output), error)
      t.equal(sourceOf(error)?.[0]?.index, 1)
    },
  )

  t.test(
    `merge (${face.name}): a compare function that does not return a number is an ArgumentError that names it`,
    async (t) => {
      for (const [compare, shown] of [
        [() => false, 'false'],
        [() => true, 'true'],
        [async (a: number, b: number) => a - b, 'a promise'],
        [() => Promise.reject(new Error('never seen')), 'a promise'],
        [() => NaN, 'NaN'],
        [() => undefined, 'undefined'],
        [() => '1', '"1"'],
        [() => null, 'null'],
        [() => 1n, '1n'],
      ] as const) {
        for (const reverse of [false, true]) {
          for (const inputs of [[[1], [2]], [[1, 2]], [[1, 2], []]])
            await t.rejects(gather(inputs, { compare, reverse }), {
              code: 'ERR_FANPIPE_ARGUMENT',
              argument: 'compare',
              message: `compare must be a function that returns a number, not one that returns ${shown}`,
            })
        }
      }
      const steep = (a: number, b: number): number => (a === b ? 0 : (a - b) * Infinity)
      t.strictSame(await gather([[1], [2]], { compare: steep }), [1, 2])
      t.strictSame(await gather([[1, 2]], { compare: () => NaN, order: 'trust' }), [1, 2], 'never called')
    },
  )

  t.test(`merge (${face.name}): an OrderError says what to do about the input`, async (t) => {
    const late = 'if it is nearly sorted by time, use mergeBoundedLateness'
    const down = 'if it is in descending order, use `reverse`'
    const day = (n: number): Date => new Date(n)
    for (const [input, options, hint] of [
      [[1, 3, 2], {}, late],
      [[day(1), day(3), day(2)], {}, late],
      [[3, 2], {}, `${down}; ${late}`],
      [[3, 3, 2, 1], {}, `${down}; ${late}`],
      [[1, 2], { reverse: true }, `if it is in ascending order, leave out \`reverse\`; ${late}`],
      [[3, 1, 2], { reverse: true }, late],
      [
        ['8', '9', '10'],
        {},
        'these keys are strings, which compare character by character: use `Number` in `key`',
      ],
      [['a', 'c', 'b'], {}, 'sort it first'],
      [['c', 'b'], {}, `${down}; sort it first`],
      [[1n, 3n, 2n], {}, 'sort it first'],
      [
        [1, 3, 2],
        { compare: (a: number, b: number) => a - b },
        'if it is sorted by another rule, change `compare`',
      ],
    ] as const) {
      const error = (await gather([input as never], options).catch((error: unknown) => error)) as Error
      t.match(error, { code: 'ERR_FANPIPE_ORDER' })
      const arrival = 'if the order does not matter, mergeReady takes items as they arrive'
      t.equal(error.message.split('; ').slice(1).join('; '), `${hint}; ${arrival}`)
    }
  })

  t.test(
    `merge (${face.name}): compare is called with the keys and orders any kind of key, also under reverse`,
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

  t.test(`merge (${face.name}): an error thrown by key arrives unchanged`, async (t) => {
    const error = new Error('no key')
    const key = (): never => {
      throw error
    }
    await t.rejects(gather([[1]], { key }), error)
  })

  t.test(
    `merge (${face.name}): without inputs the output is empty; with many inputs it is sorted`,
    async (t) => {
      t.strictSame(await gather([]), [])
      const inputs = Array.from({ length: 1000 }, (_, i) => [i, i + 1000])
      t.strictSame(
        await gather(inputs),
        Array.from({ length: 2000 }, (_, i) => i),
      )
    },
  )

  t.test(
    `merge (${face.name}): an input is pulled again only when the item after its own is requested`,
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

t.test('sourceOf returns the whole path to an input with an OrderError or a KeyError', async (t) => {
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
