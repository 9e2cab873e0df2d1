import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { faces } from '../instruments/faces.ts'
import { gives, junctionsOf } from '../instruments/junctions.ts'
import { failing } from '../instruments/sources.ts'

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(
      `X1: an error from any input of ${junction.name} (${face.name}) arrives unchanged, after the items before it`,
      async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(sortedInputs, fc.nat(), async (inputs, at) => {
              const error = new Error('broken')
              const broken = junction.arity === 'one' ? 0 : at % inputs.length
              const output = junction.build(
                face,
                inputs.map(
                  (input, i) => (i === broken ? () => failing(input, error) : input) as Iterable<number>,
                ),
              )
              const iterator = face.iterate(output as Iterable<unknown>)
              const got: unknown[] = []
              try {
                for (let result = await iterator.next(); result.done !== true; result = await iterator.next())
                  got.push(result.value)
              } catch (met) {
                const wanted = junction.eager(inputs)
                const input = inputs[broken] as number[]
                const all = junction.arity === 'one' ? wanted.length : input.length
                const before = junction.beforeError?.(input) ?? all
                return (
                  met === error &&
                  junction.meetsError?.(inputs, broken) !== false &&
                  got.length >= before &&
                  gives(junction, inputs, got, 'part')
                )
              }
              return junction.meetsError?.(inputs, broken) === false
            }),
          ),
        )
      },
    )
  }

  t.test(`X1: a source's error (${face.name}) can be traced to that source`, async (t) => {
    const error = new Error('broken')
    const { chain, roundRobin, sourceOf } = face.api
    const output = chain([[1], roundRobin([[2], failing([], error)], { labels: ['good', 'bad'] })])
    const iterator = face.iterate(output)
    await t.rejects(async () => {
      while ((await iterator.next()).done !== true);
    }, error)
    t.strictSame(sourceOf(error), [
      { index: 1, label: undefined },
      { index: 1, label: 'bad' },
    ])
  })

  t.test(`X1: a source's error (${face.name}) reaches every branch of a multicast`, async (t) => {
    const error = new Error('broken')
    const branches = face.api.multicast(failing([1, 2], error), 2).map((branch) => face.iterate(branch))
    for (const wanted of [1, 2]) {
      for (const branch of branches) t.equal((await branch.next()).value, wanted)
    }
    for (const branch of branches) await t.rejects(branch.next(), error)
  })
}
