/** Promises returned by callbacks of stages are awaited, or refused in the sync face. */
import { join } from 'node:path'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as streams from '../../lib/index.ts'
import * as iter from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

type Stage = iter.Stage<unknown, unknown>

/** Each wraps a callback so that it returns a promise or another thenable. */
const ways: Readonly<Record<string, <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A) => R>> = {
  'a promise': (fn) => ((...args: never) => Promise.resolve(fn(...args))) as never,
  'a slow promise': (fn) =>
    (async (...args: never) => {
      await new Promise(setImmediate)
      return fn(...args)
    }) as never,
  'a thenable that returns nothing and settles twice': (fn) =>
    ((...args: never) => ({
      then(resolve: (value: unknown) => void) {
        resolve(fn(...args))
        resolve('never seen')
      },
    })) as never,
}

const words = ['ant', 'ape', 'bee', 'bat', 'cow', 'ass']
const initial = (word: string): string => word.slice(0, 1)
const rows = words.map((word) => ({ word, length: '3' }))

interface Row {
  readonly name: string
  /** The name of the callback in the error of the sync face. */
  readonly argument: string
  readonly items: readonly unknown[]
  /** Builds the stage with callbacks wrapped by `later`. */
  build(api: typeof iter, later: (typeof ways)[string]): unknown
}

const same: (typeof ways)[string] = (fn) => fn

const table: readonly Row[] = [
  { name: 'map', argument: 'fn', items: words, build: ({ map }, later) => map(later(initial)) },
  {
    name: 'filter',
    argument: 'predicate',
    items: words,
    build: ({ filter }, later) => filter(later((word: string) => word > 'b')),
  },
  {
    name: 'takeWhile',
    argument: 'predicate',
    items: words,
    build: ({ takeWhile }, later) => takeWhile(later((word: string) => word < 'b')),
  },
  {
    name: 'dropWhile',
    argument: 'predicate',
    items: words,
    build: ({ dropWhile }, later) => dropWhile(later((word: string) => word < 'b')),
  },
  {
    name: 'flatMap',
    argument: 'fn',
    items: words,
    build: ({ flatMap }, later) => flatMap(later((word: string) => [...word])),
  },
  {
    name: 'flatMap to a value that is not a source',
    argument: 'fn',
    items: words,
    build: ({ flatMap }, later) => flatMap(later((word: string) => word) as never),
  },
  { name: 'stage', argument: 'step', items: words, build: ({ stage }, later) => stage(() => later(initial)) },
  { name: 'groupBy', argument: 'key', items: words, build: ({ groupBy }, later) => groupBy(later(initial)) },
  {
    name: 'multiline',
    argument: 'start',
    items: words,
    build: ({ multiline }, later) => multiline({ start: later((word: string) => word > 'b') }),
  },
  {
    name: 'groupBy at its limit',
    argument: 'key',
    items: words,
    build: ({ groupBy }, later) => groupBy(later(initial), { maxLength: 1 }),
  },
  {
    name: 'distinct',
    argument: 'key',
    items: words,
    build: ({ distinct }, later) => distinct(2, { key: later(initial) }),
  },
  {
    name: 'ensureContiguous',
    argument: 'key',
    items: words.slice(0, 4),
    build: ({ ensureContiguous }, later) => ensureContiguous(later(initial)),
  },
  {
    name: 'ensureContiguous with keys that are not contiguous',
    argument: 'key',
    items: words,
    build: ({ ensureContiguous }, later) => ensureContiguous(later(initial)),
  },
  {
    name: 'rollingAverageBy with a key',
    argument: 'key or value',
    items: words,
    build: ({ rollingAverageBy }, later) =>
      rollingAverageBy(later(initial), (word: string) => word.charCodeAt(1), 2),
  },
  {
    name: 'rollingAverageBy with a value',
    argument: 'key or value',
    items: words,
    build: ({ rollingAverageBy }, later) =>
      rollingAverageBy(
        initial,
        later((word: string) => word.charCodeAt(1)),
        2,
      ),
  },
  {
    name: 'valuesAfter',
    argument: 'key',
    items: words,
    build: ({ valuesAfter }, later) => valuesAfter(2, later(initial)),
  },
  {
    name: 'topK',
    argument: 'key',
    items: words,
    build: ({ topK }, later) => topK(2, { key: later(initial) }),
  },
  {
    name: 'topK at its limit',
    argument: 'key',
    items: words,
    build: ({ topK }, later) => topK(2, { key: later(initial), cap: 2 }),
  },
  {
    name: 'grep',
    argument: 'text',
    items: rows,
    build: ({ grep }, later) => grep(/^a/, { text: later(({ word }: { word: string }) => word) }),
  },
  {
    name: 'grep with a value that is not text',
    argument: 'text',
    items: [1],
    build: ({ grep }, later) => grep('a', { text: later((item: string) => item) }),
  },
  {
    name: 'cast',
    argument: 'columns or invalid',
    items: rows,
    build: ({ cast }, later) => cast({ word: later(initial), length: 'integer' }),
  },
  {
    name: 'cast of an invalid value',
    argument: 'columns or invalid',
    items: [{ length: '1' }, { length: 'x' }],
    build: ({ cast }, later) => cast({ length: later(integer) }),
  },
  {
    name: 'cast with a report',
    argument: 'columns or invalid',
    items: [{ length: '1' }, { length: 'x' }, { length: '2' }],
    build: ({ cast }, later) => cast({ length: integer }, { invalid: later(() => undefined) }),
  },
  {
    name: 'accumulate',
    argument: 'fn',
    items: words,
    build: ({ accumulate }, later) => accumulate(later((text: string, word: string) => text + word)),
  },
  {
    name: 'accumulate with an initial value',
    argument: 'fn',
    items: words,
    build: ({ accumulate }, later) =>
      accumulate(
        later((text: string, word: string) => text + word),
        '#',
      ),
  },
  {
    name: 'tapPrefix',
    argument: 'hook',
    items: words,
    build: ({ tapPrefix }, later) =>
      tapPrefix(
        2,
        later(() => undefined),
      ),
  },
  {
    name: 'compress',
    argument: 'selectors',
    items: words,
    build: ({ compress }, later) => compress([1, 0, 0, 1, 1].map((selector) => later(() => selector)())),
  },
]

function integer(cell: string): number {
  if (!/^\d+$/.test(cell)) throw new TypeError(`not an integer: ${cell}`)
  return Number(cell)
}

/** The items of a stage in the sync face, with the code of its error, if any. */
function outcome(stage: unknown, items: readonly unknown[]): unknown[] {
  const got: unknown[] = []
  try {
    for (const item of (stage as Stage)(items)) got.push(item)
  } catch (error) {
    got.push((error as { code: unknown }).code)
  }
  return got
}

for (const { name, argument, items, build } of table) {
  t.test(`${name}: a promise from a callback is awaited, or refused in the sync face`, async (t) => {
    const expected = outcome(build(iter, same), items)
    for (const [way, later] of Object.entries(ways)) {
      for (const api of [async, streams]) {
        const got: unknown[] = []
        try {
          const stage = build(api as never, later) as async.Stage<unknown, unknown>
          for await (const item of stage(items)) got.push(item)
        } catch (error) {
          got.push((error as { code: unknown }).code)
        }
        t.strictSame(got, expected, way)
      }
      t.throws(
        () => [...(build(iter, later) as Stage)(items)],
        { code: 'ERR_FANPIPE_ARGUMENT', argument },
        way,
      )
    }
  })
}

t.test('a stage fails with the rejection of a promise from a callback', async (t) => {
  const error = new Error('no key today')
  const rejects = async (): Promise<never> => Promise.reject(error)
  const { distinct, ensureContiguous, groupBy, rollingAverageBy, tapPrefix, topK, valuesAfter } = async
  const stages: readonly async.Stage<string, unknown>[] = [
    groupBy(rejects),
    distinct(2, { key: rejects }),
    ensureContiguous(rejects),
    rollingAverageBy(rejects, rejects, 1),
    valuesAfter(1, rejects),
    topK(1, { key: rejects }),
    tapPrefix(1, rejects),
    async.takeWhile(rejects),
    async.dropWhile(rejects),
    async.flatMap(rejects),
    async.grep('a', { text: rejects }),
    async.accumulate(rejects, 'a'),
  ]
  for (const stage of stages) await t.rejects(all(stage(['a', 'b'])), error)
})

t.test('if one callback throws, the rejected promise of another is not unhandled', async (t) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  t.teardown(() => process.off('unhandledRejection', note))
  const boom = new Error('boom')
  const average = async.rollingAverageBy(
    () => Promise.reject(boom),
    () => {
      throw new Error('no value')
    },
    1,
  )
  await t.rejects(all(average(['a'])), boom)
  await new Promise(setImmediate)
  t.strictSame(unhandled, [])
})

t.test('the report of an unreadable file may return a promise', async (t) => {
  const { dir } = folder(t)
  const told: string[] = []
  const unreadable = async (path: string): Promise<void> => {
    await new Promise(setImmediate)
    told.push(path)
  }
  const paths = [join(dir, 'a'), join(dir, 'b')]
  t.strictSame(await all(streams.sha256WithSize({ unreadable })(paths)), [])
  t.strictSame(told, paths)
  t.throws(() => [...iter.compose(streams.sha256WithSize({ unreadable }))(paths)], {
    code: 'ERR_FANPIPE_ARGUMENT',
  })
})

t.test(
  'an item that is itself a promise passes through stages of the sync face that pass items on',
  async (t) => {
    const {
      compress,
      distinct,
      ensureContiguous,
      fence,
      dropWhile,
      filter,
      slice,
      takeWhile,
      tapPrefix,
      valuesAfter,
    } = iter
    const promise = Promise.resolve(1)
    const stages: readonly iter.Stage<unknown, unknown>[] = [
      compress([1]),
      distinct(1),
      dropWhile(() => false),
      ensureContiguous(() => 1),
      fence(1),
      filter(() => true),
      slice(0, 1),
      takeWhile(() => true),
      tapPrefix(1, () => undefined),
      valuesAfter(1),
    ]
    for (const stage of stages) t.equal([...stage([promise])][0], promise)
    t.equal([...iter.topK(1)([promise])][0]?.item, promise)
  },
)

t.test('accumulate: an initial value that is undefined counts as not given', async (t) => {
  const sum = (a: number, b: number): number => a + b
  t.strictSame([...iter.accumulate(sum, undefined as never)([1, 2, 3])], [1, 3, 6])
  t.strictSame([...iter.accumulate(sum, undefined as never)([])], [])
  t.strictSame(await all(async.accumulate(sum, undefined as never)([1, 2])), [1, 3])
  for (const initial of [null, 0, '', false, NaN])
    t.strictSame([...iter.accumulate((a: unknown) => a, initial)([1])], [initial, initial], String(initial))
})

t.test('a number beyond the size of an array or Map is refused at the call', async (t) => {
  const { distinct, rollingAverageBy, slidingWindow, topK } = iter
  const refused = { code: 'ERR_FANPIPE_ARGUMENT' }
  for (const huge of [2 ** 40, 2 ** 32, Number.MAX_SAFE_INTEGER, Infinity]) {
    for (const tail of ['pad', 'drop', 'emit-short'] as const)
      t.throws(() => slidingWindow(huge, { tail }), { ...refused, argument: 'size' })
    t.throws(() => rollingAverageBy(initial, Number, huge), { ...refused, argument: 'width' })
    t.throws(() => distinct(huge), { ...refused, argument: 'cap' })
    t.throws(() => topK(1, { cap: huge }), { ...refused, argument: 'cap' })
  }
  t.strictSame([...slidingWindow(2 ** 25, { tail: 'emit-short' })([1])], [[1]])
  t.strictSame([...distinct(2 ** 24)([1, 1])], [1])
})
