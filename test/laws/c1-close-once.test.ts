import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { junctions } from '../instruments/junctions.ts'
import type { SyncSource } from '../../lib/iter.ts'
import { failing } from '../instruments/sources.ts'

for (const face of faces) {
  for (const junction of junctions) {
    t.test(
      `C1: ${junction.name} (${face.name}) closes what it opened exactly once, wherever it is left`,
      async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(sortedInputs, fc.nat(12), async (inputs, taken) => {
              const sources = inputs.map((input) => face.recorded(input))
              await collect(
                junction.build(
                  face,
                  sources.map(({ input }) => input),
                ),
                taken,
              )
              return sources.every(({ record }) => record.opened <= 1 && record.closed === record.opened)
            }),
          ),
        )
      },
    )

    if (junction.arity === 'one') continue
    t.test(`C1: ${junction.name} (${face.name}) closes the siblings of an input that fails`, async (t) => {
      const error = new Error('broken')
      const before = face.recorded([1, 2])
      const after = face.recorded([1, 2])
      const output = junction.build(face, [before.input, failing([1], error), after.input])
      await t.rejects(collect(output), error)
      for (const { record } of [before, after]) t.equal(record.closed, record.opened)
    })
  }

  t.test(`C1: inputs opened before one that cannot be opened (${face.name}) are closed`, async (t) => {
    for (const name of ['roundRobin', 'merge'] as const) {
      const join: (inputs: Iterable<SyncSource<number>>) => Iterable<number> = face.api[name]
      const opened = face.recorded([1])
      const fails = () => {
        throw new Error('no such source')
      }
      await t.rejects(collect(join([opened.input, fails])), { message: 'no such source' })
      t.strictSame(opened.record, { ...opened.record, opened: 1, closed: 1 }, name)
    }
  })

  t.test(
    `C1: the source of a multicast (${face.name}) is closed when the last branch leaves, not before`,
    async (t) => {
      const { input, record } = face.recorded([1, 2, 3])
      const [a, b] = face.api.multicast(input, 2)
      await collect(a, 1)
      t.equal(record.closed, 0)
      await collect(b, 1)
      t.equal(record.closed, 1)
    },
  )
}
