import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { junctions } from '../instruments/junctions.ts'

for (const face of faces) {
  for (const junction of junctions) {
    t.test(`E1: ${junction.name} (${face.name}) equals its eager equivalent`, async (t) => {
      await t.resolves(
        fc.assert(
          fc.asyncProperty(sortedInputs, async (inputs) => {
            const output = junction.build(
              face,
              inputs.map((input) => face.source(input)),
            )
            const got = await collect(output)
            return JSON.stringify(got) === JSON.stringify(junction.eager(inputs))
          }),
        ),
      )
    })
  }
}
