import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import {
  accumulate,
  compress,
  ensureContiguous,
  fork,
  groupBy,
  merge,
  rollingAverageBy,
  slice,
  slidingWindow,
  valuesAfter,
} from '../../lib/iter.ts'
import { all } from '../instruments/drain.ts'
import { counting, failing, panicking, recording } from '../instruments/sources.ts'

t.test('slidingWindow: handles the tail for any size and step', async (t) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 8 }),
    fc.nat(20),
    (size, step, length) => {
      const items = Array.from({ length }, (_, i) => i)
      const starts = items.filter((i) => i % step === 0)
      const full = starts.filter((i) => i + size <= length)
      const seen = full.length === 0 ? 0 : (full.at(-1) as number) + size
      const cut = starts.find((i) => i + size > length && length > seen)
      const windows = (starts: number[]): number[][] => starts.map((i) => items.slice(i, i + size))
      const short = cut === undefined ? [] : [items.slice(cut)]
      const run = (tail: 'drop' | 'emit-short' | 'pad') => [
        ...slidingWindow<number>(size, { step, tail, fill: -1 })(items),
      ]
      assert.deepEqual(run('drop'), windows(full))
      assert.deepEqual(run('emit-short'), [...windows(full), ...short])
      assert.deepEqual(run('pad'), [
        ...windows(full),
        ...short.map((window) => [...window, ...Array<number>(size).fill(-1)].slice(0, size)),
      ])
    },
  )
  t.doesNotThrow(() => fc.assert(property))
  const [first, second] = slidingWindow<number>(2)([1, 2, 3])
  first?.push(9)
  t.strictSame(second, [2, 3], 'each window is a new array')
})

t.test('ensureContiguous: a recurring key is an error that names key and index', async (t) => {
  const seen: string[] = []
  const run = (): void => {
    for (const item of ensureContiguous((word: string) => word[0])(['ant', 'ape', 'bee', 'auk']))
      seen.push(item)
  }
  t.throws(run, {
    code: 'ERR_FANPIPE_KEY',
    key: 'a',
    index: 3,
    message: 'the source, item 3: the key "a" comes back after others: sort or group first',
  })
  t.strictSame(seen, ['ant', 'ape', 'bee'])
  t.strictSame([...ensureContiguous((n: number) => n)([NaN, NaN, 1])], [NaN, NaN, 1])
})

t.test('groupBy: a group over its limit is an error', async (t) => {
  const limited = groupBy((n: number) => n, { maxLength: 2 })
  t.strictSame(
    [...limited([1, 1, 2])],
    [
      [1, [1, 1]],
      [2, [2]],
    ],
  )
  t.throws(() => [...limited([2, 1, 1, 1])], {
    code: 'ERR_FANPIPE_LIMIT',
    limit: 2,
    index: 3,
    message: 'the source, item 3: the group of 1 is longer than 2 (maxLength)',
  })
})

t.test('rollingAverageBy and valuesAfter are 1:1, so that a fork of them is in lockstep', async (t) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer())),
    (width, items) => {
      const device = ([name]: readonly [string, number]): string => name
      const both = fork([
        rollingAverageBy(device, ([, n]: readonly [string, number]) => n, width),
        valuesAfter(width, device),
      ])
      for (const [{ key }, item] of both(items)) assert.equal(key, item[0])
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test('rollingAverageBy: values that have left the window cause no rounding errors', async (t) => {
  const values = [1e300, 1, 2, 3, Infinity, 4, 5, 6]
  const averages = [
    ...rollingAverageBy(
      () => 0,
      (n: number) => n,
      2,
    )(values),
  ].map(({ average }) => average)
  t.strictSame(averages, [5e299, 1.5, 2.5, Infinity, Infinity, 4.5, 5.5])
  const many = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1000)
  const last = [
    ...rollingAverageBy(
      () => 0,
      (n: number) => n,
      1000,
    )(many),
  ].at(-1)
  t.equal(last?.average, many.slice(-1000).reduce((a, b) => a + b) / 1000)
  for (const value of [NaN, '5', undefined])
    t.throws(
      () => [
        ...rollingAverageBy(
          () => 0,
          () => value as number,
          2,
        )([0]),
      ],
      { code: 'ERR_FANPIPE_FORMAT', index: 0 },
    )
})

t.test('slice: pulls no more than it yields, and an empty slice opens nothing', async (t) => {
  const { source, taken } = counting()
  t.strictSame([...slice<number>(2, 9, 3)(source)], [2, 5, 8])
  t.equal(taken(), 9)
  const one = counting()
  t.strictSame([...slice<number>(1, 9, 100)(one.source)], [1])
  t.equal(one.taken(), 2)
  t.strictSame([...slice(3, 3)(panicking)], [])
  t.strictSame([...slice(0, 0)(panicking)], [])
  t.strictSame([...slice(1)(['a', 'b'])], ['b'])
})

t.test('accumulate: promises are awaited, with and without an initial value', async (t) => {
  const add = async (a: number, b: number): Promise<number> => a + b
  t.strictSame(await all(async.accumulate(add)([1, 2, 3])), [1, 3, 6])
  t.strictSame(await all(async.accumulate(add, 10)([1, 2, 3])), [10, 11, 13, 16])
})

t.test('an error of a stage names the input that the stage is part of', async (t) => {
  const late = groupBy((n: number) => n, { maxLength: 1 })([5, 5])
  t.throws(
    () => [...merge([[[1, [1]] as [number, number[]]], late], { key: ([key]) => key, labels: ['a', 'b'] })],
    {
      message: 'input 1 (b), item 1: the group of 5 is longer than 1 (maxLength)',
    },
  )
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('size', () => slidingWindow(0))
  bad('step', () => slidingWindow(1, { step: 0 }))
  bad('tail', () => slidingWindow(1, { tail: 'keep' as never }))
  bad('key', () => groupBy('name' as never))
  bad('maxLength', () => groupBy(() => 1, { maxLength: 0 }))
  bad('key', () => ensureContiguous(undefined as never))
  bad('width', () =>
    rollingAverageBy(
      () => 0,
      () => 1,
      0.5,
    ),
  )
  bad('value', () => rollingAverageBy(() => 0, 'value' as never, 1))
  bad('width', () => valuesAfter(0))
  bad('start', () => slice(-1))
  bad('end', () => slice(0, 1.5))
  bad('step', () => slice(0, 1, 0))
  bad('fn', () => accumulate(undefined as never))
})

t.test('compress: upstream is closed if the selectors end, fail or cannot be opened', async (t) => {
  const boom = new Error('boom')
  const unopened = (): Iterable<boolean> => {
    throw boom
  }
  for (const selectors of [unopened, failing([true], boom)]) {
    const { sync, record } = recording([1, 2, 3])
    t.throws(() => [...compress<number>(selectors)(sync)], boom)
    t.equal(record.closed, 1)
  }
  const { sync, record } = recording([1, 2, 3])
  t.strictSame([...compress<number>([0, 1])(sync)], [2])
  t.strictSame(record, { opened: 1, closed: 1, pulled: 2 })
  const selectors = recording([1, 1, 1])
  t.strictSame(await all(async.compress<number>(selectors.async)([7])), [7])
  t.equal(selectors.record.closed, 1)
  t.throws(() => compress(5 as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'selectors' })
})
