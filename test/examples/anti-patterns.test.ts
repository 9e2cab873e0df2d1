/** The anti-patterns that the chapter warns of, and what happens here instead. */
import t from 'tap'
import { chain, fence, fork, map, merge, multicast, roundRobin, tee } from '../../lib/iter.ts'
import { counting } from '../instruments/sources.ts'

t.test(
  'consuming one iterator twice without a fan-out is an error, and does not split the items',
  async (t) => {
    const iterator = [1, 2, 3, 4][Symbol.iterator]()
    t.throws(() => [...roundRobin([iterator, iterator])], { code: 'ERR_FANPIPE_ARGUMENT' })
    const again = chain([[1, 2, 3, 4][Symbol.iterator]()])
    t.strictSame([...again], [1, 2, 3, 4])
    t.throws(() => [...again], { code: 'ERR_FANPIPE_ARGUMENT' })
    const both = fork([map((n: number) => n), map((n: number) => -n)])
    t.strictSame(
      [...both([1, 2])],
      [
        [1, -1],
        [2, -2],
      ],
    )
  },
)

t.test('a merge is not eager: it pulls only the items it yields, and one head per input', async (t) => {
  const inputs = Array.from({ length: 5 }, () => counting())
  t.equal([...fence<number>(20)(merge(inputs.map(({ source }) => source)))].length, 20)
  const pulled = inputs.reduce((sum, { taken }) => sum + taken(), 0)
  t.ok(pulled <= 20 + 5, `${pulled} pulled`)
})

t.test('a buffer under skew is bounded, or reports its size', async (t) => {
  const [ahead] = multicast(counting().source, 2, { maxlen: 100 })
  let given = 0
  t.throws(
    () => {
      for (const item of ahead) given += Number(item >= 0)
    },
    { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, lag: 100 },
  )
  t.equal(given, 100)
  const branches = tee(counting().source, 2)
  for (let i = 0; i < 1000; i++) branches[0].next()
  t.strictSame(
    branches.stats().map(({ lag }) => lag),
    [0, 1000],
  )
})

t.test('a chain is not fair, since an endless input starves the next one; roundRobin is fair', async (t) => {
  const letters = ['a', 'b', 'c']
  const source = (): Iterable<number | string> => counting().source
  t.notOk([...fence<number | string>(100)(chain([source(), letters]))].includes('a'))
  t.strictSame([...fence<number | string>(5)(roundRobin([source(), letters]))], [0, 'a', 1, 'b', 2])
})
