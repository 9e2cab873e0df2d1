import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { gives, junctionsOf } from '../instruments/junctions.ts'
import { stages } from '../instruments/stages.ts'

/** Runs where whoever asks for the time, for chance or for the language of the machine fails. */
async function sealed<R>(run: () => Promise<R>): Promise<R> {
  const refuse = (): never => {
    throw new Error('an output may not depend on this')
  }
  const doors = [
    [Date, 'now'],
    [Math, 'random'],
    [performance, 'now'],
    [Intl.DateTimeFormat.prototype, 'resolvedOptions'],
    [process, 'hrtime'],
    [process, 'cwd'],
  ] as const
  const kept = doors.map(([object, name]) => Reflect.get(object, name) as unknown)
  const shut = doors.map(([object, name]) => Reflect.set(object, name, refuse))
  try {
    if (shut.includes(false)) throw new Error('a door that does not shut')
    return await run()
  } finally {
    doors.forEach(([object, name], i) => Reflect.set(object, name, kept[i]))
  }
}

t.test('a control: a function that depends on the time is detected', async (t) => {
  const [iter] = faces as [(typeof faces)[0]]
  await t.rejects(
    sealed(() => collect(iter.api.map(() => Date.now())([1]))),
    { message: /may not depend/ },
  )
})

for (const face of faces) {
  for (const junction of junctionsOf(face)) {
    t.test(`P1: nothing but its inputs decides what ${junction.name} (${face.name}) gives`, async (t) => {
      for (const inputs of fc.sample(sortedInputs, { numRuns: 20, seed: 1 })) {
        const found = await sealed(() =>
          collect(
            junction.build(
              face,
              inputs.map((input) => face.source(input)),
            ),
          ),
        )
        t.ok(gives(junction, inputs, found), { inputs, found })
      }
    })
  }

  for (const { name, items, build, eager } of stages) {
    t.test(`P1: nothing but its input decides what ${name} (${face.name}) gives`, async (t) => {
      for (const input of fc.sample(items, { numRuns: 10, seed: 1 }))
        t.strictSame(await sealed(() => collect(build(face.api)(face.source(input)))), eager(input))
    })
  }
}
