import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { gives, junctionsOf } from '../instruments/junctions.ts'
import { stages } from '../instruments/stages.ts'

/** Runs a function while any use of the clock, random numbers, the locale or the working directory throws. */
async function withoutAmbientState<R>(run: () => Promise<R>): Promise<R> {
  const refuse = (): never => {
    throw new Error('an output must not depend on this')
  }
  const globals = [
    [Date, 'now'],
    [Math, 'random'],
    [performance, 'now'],
    [Intl.DateTimeFormat.prototype, 'resolvedOptions'],
    [process, 'hrtime'],
    [process, 'cwd'],
  ] as const
  const originals = globals.map(([object, name]) => Reflect.get(object, name) as unknown)
  const replaced = globals.map(([object, name]) => Reflect.set(object, name, refuse))
  try {
    if (replaced.includes(false)) throw new Error('a global could not be replaced')
    return await run()
  } finally {
    globals.forEach(([object, name], i) => Reflect.set(object, name, originals[i]))
  }
}

t.test('a control: a function that depends on the time is detected', async (t) => {
  const [iter] = faces as [(typeof faces)[0]]
  await t.rejects(
    withoutAmbientState(() => collect(iter.api.map(() => Date.now())([1]))),
    { message: /must not depend/ },
  )
})

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(
      `P1: the output of ${junction.name} (${face.name}) depends on nothing but its inputs`,
      async (t) => {
        for (const inputs of fc.sample(sortedInputs, { numRuns: 20, seed: 1 })) {
          const found = await withoutAmbientState(() =>
            collect(
              junction.build(
                face,
                inputs.map((input) => face.source(input)),
              ),
            ),
          )
          t.ok(gives(junction, inputs, found), { inputs, found })
        }
      },
    )
  }

  for (const { name, items, build, eager } of stages) {
    t.test(`P1: the output of ${name} (${face.name}) depends on nothing but its input`, async (t) => {
      for (const input of fc.sample(items, { numRuns: 10, seed: 1 }))
        t.strictSame(
          await withoutAmbientState(() => collect(build(face.api)(face.source(input)))),
          eager(input),
        )
    })
  }
}
