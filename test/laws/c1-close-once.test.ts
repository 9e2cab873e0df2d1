import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { junctionsOf } from '../instruments/junctions.ts'
import { recording, type Record } from '../instruments/sources.ts'
import type { SyncSource } from '../../lib/iter.ts'

const isClosedOnce = ({ opened, closed }: Record): boolean => opened <= 1 && closed === opened

/** Which inputs end with an error; most do not. */
const failures = fc.array(
  fc.nat(3).map((n) => n === 0),
  { minLength: 5, maxLength: 5 },
)

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(
      `C1: ${junction.name} (${face.name}) closes what it opened exactly once, wherever its consumer stops`,
      async (t) => {
        const property = fc.asyncProperty(sortedInputs, fc.nat(12), async (inputs, taken) => {
          const sources = inputs.map((items) => face.recorded(items))
          const output = junction.build(
            face,
            sources.map(({ input }) => input),
          )
          await collect(output, taken)
          return sources.every(({ record }) => isClosedOnce(record))
        })
        await t.resolves(fc.assert(property))
      },
    )

    t.test(
      `C1: ${junction.name} (${face.name}) closes what it opened exactly once, whichever input fails`,
      async (t) => {
        // After an early exit, delayed errors become warnings.
        t.capture(process, 'emitWarning', () => undefined)
        const property = fc.asyncProperty(
          sortedInputs,
          failures,
          fc.nat(12),
          async (inputs, fails, taken) => {
            const error = new Error('broken')
            const sources = inputs.map((items, i) =>
              face.recorded(items, fails[i] === true ? error : undefined),
            )
            const output = junction.build(
              face,
              sources.map(({ input }) => input),
            )
            await collect(output, taken).catch((met: unknown) => {
              const parts: unknown[] = met instanceof AggregateError ? met.errors : [met]
              if (!parts.every((part) => part === error)) throw met
            })
            return sources.every(({ record }) => isClosedOnce(record))
          },
        )
        await t.resolves(fc.assert(property))
      },
    )
  }

  t.test(`C1: inputs that were opened before one that fails to open (${face.name}) are closed`, async (t) => {
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
    `C1: a lazy list of inputs (${face.name}) is closed once, wherever the consumer stops`,
    async (t) => {
      const property = fc.asyncProperty(sortedInputs, fc.nat(12), async (inputs, taken) => {
        const { sync, record } = recording(inputs)
        await collect(face.api.chain(sync), taken)
        return isClosedOnce(record)
      })
      await t.resolves(fc.assert(property))
    },
  )

  t.test(
    `C1: the source of a multicast (${face.name}) is closed when the last branch leaves, and not earlier`,
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
