import fc from 'fast-check'
import t from 'tap'
import { Skipped } from '../../lib/sources/skipped.ts'

t.test('the number skipped before an item includes those skipped at its index or earlier', async (t) => {
  const skips = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 })), { maxLength: 50 })
  const property = fc.property(skips, fc.nat(150), (steps, asked) => {
    const skipped = new Skipped()
    let [index, expected] = [0, 0]
    for (const [step, count] of steps) {
      index += step
      skipped.add(index, count)
      if (index <= asked) expected += count
    }
    return skipped.before(asked) === expected
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test('if very many are skipped, the latest are remembered', async (t) => {
  const skipped = new Skipped()
  for (let index = 1; index <= 10_000; index++) skipped.add(index, 1)
  for (const index of [9_000, 9_999, 10_000, 20_000]) t.equal(skipped.before(index), Math.min(index, 10_000))
  t.equal(skipped.before(1), undefined)
})
