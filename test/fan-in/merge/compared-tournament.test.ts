import fc from 'fast-check'
import t from 'tap'
import { merge, type SourcePath } from '../../../lib/iter.ts'

const INPUTS = 40
const ITEMS = 20_000

/** Three of the inputs, among them the first, yield all items, except that each input yields one last item at the end. */
function fewActive(active: readonly number[]): number[][] {
  const inputs = Array.from({ length: INPUTS }, (_, i) => [ITEMS + i])
  for (let n = ITEMS - 1; n >= 0; n--) inputs[active[n % active.length] as number]?.unshift(n)
  return inputs
}

t.test('merge with compare: idle inputs cause no additional comparisons for the active ones', async (t) => {
  let comparisons = 0
  const compare = (a: number, b: number): number => {
    comparisons++
    return a - b
  }
  const merged = merge(fewActive([0, 17, 39]), { compare, order: 'trust' })
  t.strictSame(
    Array.from(merged),
    Array.from({ length: ITEMS + INPUTS }, (_, n) => n),
  )
  t.ok(comparisons < 4 * ITEMS, `${comparisons} comparisons of ${ITEMS} items`)
})

t.test(
  'merge with compare: whenever compare throws, one input ends and the items of the others stay in order',
  async (t) => {
    const property = fc.property(
      fc.integer({ min: 1, max: 3 * ITEMS }),
      fc.nat(INPUTS - 3),
      (call, first) => {
        let calls = 0
        const compare = (a: number, b: number): number => {
          if (++calls === call) throw new Error('cannot compare')
          return a - b
        }
        const failed: number[] = []
        const inputs = fewActive([first, first + 1, first + 2])
        const errors = (_error: unknown, [source]: SourcePath): void => void failed.push(source?.index ?? -1)
        const merged = Array.from(merge(inputs, { compare, order: 'trust', errors }))
        const others = inputs.filter((_, index) => index !== failed[0]).flat()
        const isOrdered = merged.every((n, i) => i === 0 || (merged[i - 1] as number) < n)
        const seen = new Set(merged)
        return failed.length === 1 && isOrdered && others.every((n) => seen.has(n))
      },
    )
    t.doesNotThrow(() => fc.assert(property, { numRuns: 60 }))
  },
)
