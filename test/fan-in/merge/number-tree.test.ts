import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { NumberTree } from '../../../lib/fan-in/merge/number-tree.ts'
import { merge } from '../../../lib/iter.ts'

const keyOf = ({ key }: { key: number | bigint }): number | bigint => key

const keys = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constant(-0),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

t.test('the winner has the least key, with ties broken by index, whichever players drop out', async (t) => {
  const property = fc.property(
    fc.array(fc.array(keys, { maxLength: 6 }), { minLength: 1, maxLength: 9 }),
    (columns) => {
      const queues = columns.map((column) => [...column].sort((a, b) => a - b))
      const wanted = queues.flatMap((queue, index) => queue.map((key) => [key, index] as const))
      wanted.sort(([a, i], [b, j]) => a - b || i - j)
      const heads = Float64Array.from(queues, (queue) => queue[0] ?? Infinity)
      const tree = new NumberTree(heads, [...queues.keys()])
      for (const [key, index] of wanted) {
        if (tree.winner !== index || heads[index] !== key) return false
        const queue = queues[index] as number[]
        queue.shift()
        heads[index] = queue[0] ?? Infinity
        tree.replay()
      }
      return heads[tree.winner] === Infinity
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test('a subset of the players can play', async (t) => {
  const heads = Float64Array.of(5, 1, 4, 2)
  t.equal(new NumberTree(heads, [0, 2]).winner, 2)
  t.equal(new NumberTree(heads, [3]).winner, 3)
})

t.test('M1: numbers are merged by key, also once bigints and infinities appear among them', async (t) => {
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -9, max: 9 }) },
    fc.bigInt({ min: -9n, max: 9n }),
    fc.constantFrom(Infinity, -Infinity, 1e308, 0.5),
  )
  const property = fc.property(
    fc.array(fc.array(key), { maxLength: 6 }),
    fc.boolean(),
    (columns, reverse) => {
      const by = (a: number | bigint, b: number | bigint): number =>
        (a < b ? -1 : a > b ? 1 : 0) * (reverse ? -1 : 1)
      const inputs = columns.map((column, source) => [...column].sort(by).map((key) => ({ key, source })))
      const wanted = inputs.flat().sort((a, b) => by(a.key, b.key) || a.source - b.source)
      assert.deepEqual(Array.from(merge(inputs, { key: keyOf, reverse })), wanted)
    },
  )
  t.doesNotThrow(() => fc.assert(property))
})

t.test('an unsorted key and a missing key are errors, whichever tree is in use', async (t) => {
  const order = { code: 'ERR_FANPIPE_ORDER', source: 0, index: 2, previousKey: 3, key: 2 }
  t.throws(() => Array.from(merge([[1, 3, 2], [9]])), order)
  t.throws(() => Array.from(merge([[1, 3, 2], [1n]])), order)
  t.throws(() => Array.from(merge([[3, 2n]])), { ...order, index: 1, key: 2n })
  t.throws(() => Array.from(merge([[1, 'a'], [2]])), {
    code: 'ERR_FANPIPE_KEY',
    source: 0,
    index: 1,
  })
  t.throws(() => Array.from(merge([[1, NaN], [2]])), {
    code: 'ERR_FANPIPE_KEY',
    source: 0,
    index: 1,
  })
  t.throws(() => Array.from(merge([[1, new Date(2)], [2]])), { code: 'ERR_FANPIPE_KEY', index: 1 })
  t.throws(() => Array.from(merge([[new Date(1), 2], [new Date(2)]])), {
    code: 'ERR_FANPIPE_KEY',
    index: 1,
  })
})
