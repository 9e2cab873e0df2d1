import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { gives, junctionsOf } from '../instruments/junctions.ts'

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(`E1: ${junction.name} (${face.name}) equals its eager equivalent`, async (t) => {
      await t.resolves(
        fc.assert(
          fc.asyncProperty(sortedInputs, async (inputs) => {
            const output = junction.build(
              face,
              inputs.map((input) => face.source(input)),
            )
            const got = await collect(output)
            return gives(junction, inputs, got)
          }),
        ),
      )
    })
  }
}

const lists = fc.array(fc.array(fc.integer()), { maxLength: 5 })

for (const face of faces) {
  t.test(`E1: chain (${face.name}) equals the concatenation of its sources`, async (t) => {
    const property = fc.asyncProperty(lists, async (inputs) => {
      assert.deepEqual(
        await collect(face.api.chain(inputs.map((input) => face.source(input)))),
        inputs.flat(),
      )
    })
    await t.resolves(fc.assert(property, { numRuns: 30 }))
  })

  t.test(`E1: a lockstep fork (${face.name}) equals the pairs`, async (t) => {
    const property = fc.asyncProperty(fc.array(fc.integer()), async (items) => {
      const both = face.api.fork([face.api.map((n: number) => n % 7), face.api.map((n: number) => `${n}`)])
      assert.deepEqual(
        await collect(both(face.source(items))),
        items.map((n) => [n % 7, `${n}`]),
      )
    })
    await t.resolves(fc.assert(property, { numRuns: 30 }))
  })
}
