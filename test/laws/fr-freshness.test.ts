import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { gives, junctionsOf } from '../instruments/junctions.ts'
import { stages } from '../instruments/stages.ts'

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(
      `FR, P1: two runs of ${junction.name} (${face.name}) over the same sources share nothing`,
      async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(sortedInputs, fc.nat(5), async (inputs, taken) => {
              const before = JSON.stringify(inputs)
              const sources = inputs.map((input) => face.source(input))
              await collect(junction.build(face, sources), taken)
              const whole = await collect(junction.build(face, sources))
              return gives(junction, inputs, whole) && JSON.stringify(inputs) === before
            }),
          ),
        )
      },
    )
  }
}

for (const face of faces) {
  for (const { name, items, build, eager } of stages) {
    t.test(`FR: two runs of one stage, ${name} (${face.name}), share nothing`, async (t) => {
      const property = fc.asyncProperty(items, fc.nat(5), async (some, taken) => {
        const stage = build(face.api)
        await collect(stage(face.source(some)), taken)
        assert.deepEqual(await collect(stage(face.source(some))), eager(some))
      })
      await t.resolves(fc.assert(property, { numRuns: 30 }))
    })
  }
}

for (const face of faces.filter(({ name }) => name !== 'streams')) {
  for (const junction of junctionsOf(face).filter(({ arity }) => arity === 'many')) {
    t.test(`FR: ${junction.name} (${face.name}) opens afresh each time it is iterated`, async (t) => {
      const output = junction.build(face, [[1, 3], [2]])
      t.strictSame(await collect(output, 1), await collect(output, 1))
      t.ok(gives(junction, [[1, 3], [2]], await collect(output)))
    })
  }
}

t.test('FR: opening a one-shot input a second time is an error, not an empty result', async (t) => {
  for (const face of faces.filter(({ name }) => name !== 'streams')) {
    const output = face.api.chain([[1, 2].values()])
    t.strictSame(await collect(output), [1, 2])
    await t.rejects(collect(output), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'inputs[0]' }, face.name)
  }
})
