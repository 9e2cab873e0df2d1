/** Callbacks of stages are called with the item and its index, like those of JavaScript's iterator helpers. */
import t from 'tap'
import { collect, faces, type Face } from '../instruments/faces.ts'

type Api = Face['api']
type Callback = (...args: unknown[]) => unknown

interface Row {
  readonly name: string
  /** Builds the stage with a callback that logs its arguments and returns the last but one, the item. */
  build(api: Api, callback: Callback): unknown
  /** The number of arguments before the item. */
  readonly before?: number
  /** The index in the first call. */
  readonly first?: number
}

const table: readonly Row[] = [
  { name: 'map', build: ({ map }, callback) => map(callback) },
  { name: 'filter', build: ({ filter }, callback) => filter(callback) },
  { name: 'takeWhile', build: ({ takeWhile }, callback) => takeWhile(callback) },
  { name: 'dropWhile', build: ({ dropWhile }, callback) => dropWhile(callback) },
  {
    name: 'flatMap',
    build: ({ flatMap }, callback) => flatMap((...args: unknown[]) => [callback(...args)]),
  },
  { name: 'stage', build: ({ stage }, callback) => stage(() => callback) },
  { name: 'groupBy', build: ({ groupBy }, callback) => groupBy(callback) },
  { name: 'distinct', build: ({ distinct }, callback) => distinct(9, { key: callback }) },
  { name: 'ensureContiguous', build: ({ ensureContiguous }, callback) => ensureContiguous(callback) },
  { name: 'topK', build: ({ topK }, callback) => topK(9, { key: callback }) },
  { name: 'valuesAfter', build: ({ valuesAfter }, callback) => valuesAfter(1, callback) },
  {
    name: 'rollingAverageBy, key',
    build: ({ rollingAverageBy }, callback) => rollingAverageBy(callback, () => 1, 1),
  },
  {
    name: 'rollingAverageBy, value',
    build: ({ rollingAverageBy }, callback) =>
      rollingAverageBy(
        () => 1,
        (...args) => (callback(...args), 1),
        1,
      ),
  },
  { name: 'grep', build: ({ grep }, callback) => grep('', { text: callback as () => string }) },
  { name: 'multiline', build: ({ multiline }, callback) => multiline({ start: callback }) },
  { name: 'tap', build: ({ tap }, callback) => tap(callback) },
  { name: 'tapPrefix', build: ({ tapPrefix }, callback) => tapPrefix(9, callback) },
  { name: 'accumulate', build: ({ accumulate }, callback) => accumulate(callback), before: 1, first: 1 },
  {
    name: 'accumulate with an initial value',
    build: ({ accumulate }, callback) => accumulate(callback, '#'),
    before: 1,
  },
]

for (const face of faces) {
  for (const { name, build, before = 0, first = 0 } of table) {
    t.test(
      `${name} (${face.name}): a callback receives the item and its index, from 0 in every run`,
      async (t) => {
        const calls: unknown[][] = []
        const stage = build(face.api, (...args) => {
          calls.push(args.slice(before))
          return args.at(-2)
        }) as (source: Iterable<string>) => Iterable<unknown>
        const expected = ['a', 'b', 'c'].map((item, index) => [item, index]).slice(first)
        for (const run of ['first', 'second']) {
          calls.length = 0
          await collect(stage(face.source(['a', 'b', 'c'])))
          t.strictSame(calls, expected, `${run} run`)
        }
      },
    )
  }

  t.test(
    `stage (${face.name}): the last call of a flushable step receives the number of items`,
    async (t) => {
      const { flushable, none, stage } = face.api
      const calls: unknown[][] = []
      const noted = stage<string, string>(() =>
        flushable((...args: unknown[]) => {
          calls.push(args)
          return none
        }),
      )
      await collect(noted(face.source(['a', 'b'])))
      t.strictSame(calls, [
        ['a', 0],
        ['b', 1],
        [none, 2],
      ])
    },
  )

  t.test(`map (${face.name}): functions that ignore a second argument can be passed directly`, async (t) => {
    const { map } = face.api
    t.strictSame(await collect(map(Number)(face.source(['1', '2']))), [1, 2])
    t.strictSame(await collect(map(JSON.parse as (text: string) => unknown)(face.source(['[1]', '{}']))), [
      [1],
      {},
    ])
    t.strictSame(await collect(map(parseInt)(face.source(['10', '10', '10']))), [10, NaN, 2], 'others cannot')
  })
}
