import fc from 'fast-check'
import t from 'tap'
import { merge } from '../../../lib/iter.ts'

/** A run of items that come from `count` sources, beginning at source `first`; the other sources are idle meanwhile. */
const run = fc.record({
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
    `M1: ${name}: inputs are merged by key, with ties broken by input, whichever inputs are idle and when`,
    async (t) => {
      const property = fc.property(
        fc.array(run, { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.constantFrom(8, 40),
        (runs, ties, k) => {
          const sources: { n: number; source: number }[][] = Array.from({ length: k }, () => [])
          let n = 0
          for (const { length, first, count } of runs) {
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
