import fc from 'fast-check'
import t from 'tap'
import { merge } from '../../../lib/iter.ts'

/** Which sources give the items of one stretch of time; whoever does not is idle then. */
const stretch = fc.record({
  length: fc.integer({ min: 1, max: 9000 }),
  first: fc.nat(39),
  count: fc.integer({ min: 1, max: 40 }),
})

const sorts = {
  numbers: (n: number) => n,
  'numbers in reverse': (n: number) => -n,
  strings: (n: number) => String(n).padStart(6, '0'),
  'numbers, later bigints': (n: number) => (n < 7000 ? n : BigInt(n)),
} as const

for (const [name, keyAt] of Object.entries(sorts)) {
  t.test(
    `M1: ${name}: inputs merge by key, ties by input, whichever inputs are idle, and whenever`,
    async (t) => {
      const property = fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.constantFrom(8, 40),
        (stretches, ties, k) => {
          const sources: { n: number; source: number }[][] = Array.from({ length: k }, () => [])
          let n = 0
          for (const { length, first, count } of stretches) {
            for (let i = 0; i < length; i++, n++) {
              const source = (first + ((i * 7) % count)) % k
              sources[source]?.push({ n: Math.floor(n / (ties + 1)), source })
            }
          }
          const wanted = sources.flat().sort((a, b) => a.n - b.n || a.source - b.source)
          const key = (item: { n: number }): number | bigint | string => keyAt(item.n)
          const merged = Array.from(merge(sources, { key, reverse: name.endsWith('reverse') }))
          return merged.length === wanted.length && merged.every((item, i) => item === wanted[i])
        },
      )
      t.doesNotThrow(() => fc.assert(property, { numRuns: 25 }))
    },
  )
}
