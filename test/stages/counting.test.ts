import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { distinct, tapPrefix, topK } from '../../lib/iter.ts'
import * as async from '../../lib/async.ts'
import { all } from '../instruments/drain.ts'
import { counting } from '../instruments/sources.ts'

t.test('topK: more distinct items than cap are an error, unless the frequent ones are kept', async (t) => {
  t.strictSame([...topK(9, { cap: 2 })(['a', 'b', 'a'])].length, 2)
  t.throws(() => [...topK(1, { cap: 2 })(['a', 'b', 'a', 'c'])], {
    code: 'ERR_FANPIPE_LIMIT',
    limit: 2,
    index: 3,
    message: /more than 2 different items \(cap\)/,
  })
})

t.test(
  'topK: with keep "frequent", each count is right to within its error, and no frequent item is missing',
  async (t) => {
    const property = fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.nat(9), { maxLength: 60 }),
      (cap, items) => {
        const kept = [...topK<number>(100, { cap, keep: 'frequent' })(items)]
        assert.ok(kept.length <= cap)
        const truth = (item: number): number => items.filter((other) => other === item).length
        for (const { item, count, error } of kept)
          assert.ok(truth(item) <= count && truth(item) >= count - error)
        for (const item of new Set(items))
          if (truth(item) > items.length / cap)
            assert.ok(
              kept.some((counted) => counted.item === item),
              `${item} of ${items}`,
            )
      },
    )
    t.doesNotThrow(() => fc.assert(property))
  },
)

t.test('topK and distinct compare items by a key, and yield the first of each', async (t) => {
  const words = ['Ant', 'bee', 'ant', 'BEE', 'ANT']
  const key = (word: string): string => word.toLowerCase()
  t.strictSame([...topK<string>(1, { key })(words)], [{ item: 'Ant', count: 3, error: 0 }])
  t.strictSame([...distinct<string>(5, { key })(words)], ['Ant', 'bee'])
})

t.test('distinct: an endless source ends with the cap-th', async (t) => {
  const { source, taken } = counting()
  t.strictSame([...distinct<number>(3)(source)], [0, 1, 2])
  t.equal(taken(), 3)
})

t.test(
  'tapPrefix: passes the first k items with their index to the function, whose error fails the stage',
  async (t) => {
    const seen: unknown[] = []
    t.strictSame(
      [...tapPrefix(2, (item, index) => seen.push([item, index]))(['a', 'b', 'c'])],
      ['a', 'b', 'c'],
    )
    t.strictSame(seen, [
      ['a', 0],
      ['b', 1],
    ])
    const boom = new Error('boom')
    const failing = async.tapPrefix(1, () => Promise.reject(boom))
    await t.rejects(all(failing(['a'])), boom)
    t.strictSame(await all(async.tapPrefix(1, async () => 'ignored')(['a', 'b'])), ['a', 'b'])
    t.strictSame([...tapPrefix(0, () => t.fail('called'))(['a'])], ['a'])
  },
)

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('k', () => topK(0))
  bad('cap', () => topK(1, { cap: 0 }))
  bad('keep', () => topK(1, { keep: 'first' as never }))
  bad('cap', () => distinct(Infinity))
  bad('k', () => tapPrefix(-1, () => undefined))
  bad('hook', () => tapPrefix(1, undefined as never))
})
