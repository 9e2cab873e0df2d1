import fc from 'fast-check'
import t from 'tap'
import { collect, faces } from '../instruments/faces.ts'

interface Item {
  key: number
  source: number
  index: number
}

const inputsOf = (keys: number[][], reverse: boolean): Item[][] =>
  keys.map((input, source) =>
    input.sort((a, b) => (reverse ? b - a : a - b)).map((key, index) => ({ key, source, index })),
  )

const keys = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 10 }), { maxLength: 6 })

/** Keys of every supported type. */
const kinds = fc.constantFrom<(n: number) => unknown>(Number, BigInt, String, (n) => new Date(n))

for (const face of faces) {
  t.test(`M1: chain (${face.name}) equals concatenation`, async (t) => {
    await t.resolves(
      fc.assert(
        fc.asyncProperty(fc.array(fc.array(fc.integer())), async (inputs) => {
          const got = await collect(face.api.chain(inputs))
          return JSON.stringify(got) === JSON.stringify(inputs.flat())
        }),
      ),
    )
  })

  t.test(
    `M1: merge (${face.name}) keeps ties stable per source and across sources, also under reverse`,
    async (t) => {
      await t.resolves(
        fc.assert(
          fc.asyncProperty(keys, fc.boolean(), kinds, async (keys, reverse, kind) => {
            const inputs = inputsOf(keys, reverse)
            const key = ({ key }: Item): unknown => kind(key)
            const got = await collect(face.api.merge(inputs, { key, reverse }))
            const wanted = inputs
              .flat()
              .sort((a, b) => (reverse ? b.key - a.key : a.key - b.key) || a.source - b.source)
            return JSON.stringify(got) === JSON.stringify(wanted)
          }),
        ),
      )
    },
  )

  t.test(
    `M1: mergeBoundedLateness (${face.name}) orders by time, ties by source and then by arrival`,
    async (t) => {
      await t.resolves(
        fc.assert(
          fc.asyncProperty(keys, async (keys) => {
            const inputs = inputsOf(keys, false)
            const time = ({ key }: Item): number => key
            const got = await collect(face.api.mergeBoundedLateness(inputs, { time, lateness: 1 }))
            const wanted = inputs.flat().sort((a, b) => a.key - b.key || a.source - b.source)
            return JSON.stringify(got) === JSON.stringify(wanted)
          }),
        ),
      )
    },
  )

  t.test(`M1: roundRobin (${face.name}) equals the strict rotation of its sources`, async (t) => {
    const rotated = await collect(face.api.roundRobin([['a1', 'a2', 'a3'], [], ['c1'], ['d1', 'd2']]))
    t.strictSame(rotated, ['a1', 'c1', 'd1', 'a2', 'd2', 'a3'])
    await t.resolves(
      fc.assert(
        fc.asyncProperty(fc.array(fc.nat(6), { maxLength: 6 }), async (lengths) => {
          const inputs = lengths.map((length, source) =>
            Array.from({ length }, (_, turn) => `${turn}.${source}`),
          )
          return (
            JSON.stringify(await collect(face.api.roundRobin(inputs))) ===
            JSON.stringify(inputs.flat().sort())
          )
        }),
      ),
    )
  })

  t.test(
    `M1: nested merges of one key (${face.name}) act as one merge and call key once per item`,
    async (t) => {
      let asked = 0
      const options = {
        key: (n: number) => {
          asked++
          return n
        },
      }
      const { merge } = face.api
      t.strictSame(
        await collect(merge([merge([[1, 5], [2]], options), [3], merge([[0, 9]], options)], options)),
        [0, 1, 2, 3, 5, 9],
      )
      t.equal(asked, 6)
    },
  )
}
