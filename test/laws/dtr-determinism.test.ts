import fc from 'fast-check'
import t from 'tap'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { collect, faces } from '../instruments/faces.ts'
import { junctionsOf } from '../instruments/junctions.ts'

/** A source whose results the scheduler delays at will; the last one may be an error. */
function delayed(
  scheduler: fc.Scheduler,
  items: readonly number[],
  name: number,
  error?: Error,
): AsyncIterable<number> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const item of items) {
        await scheduler.schedule(Promise.resolve(), `source ${name}`)
        yield item
      }
      if (error === undefined) return
      await scheduler.schedule(Promise.resolve(), `source ${name} fails`)
      throw error
    },
  }
}

type Outcome = { items: unknown[]; error: unknown }

async function outcome(
  output: Iterable<unknown>,
  iterate: (output: Iterable<unknown>) => AsyncIterator<unknown>,
): Promise<Outcome> {
  const items: unknown[] = []
  try {
    const iterator = iterate(output)
    for (let result = await iterator.next(); result.done !== true; result = await iterator.next())
      items.push(result.value)
    return { items, error: undefined }
  } catch (error) {
    return { items, error: (error as Error).message }
  }
}

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  for (const junction of junctionsOf(face).filter(({ order }) => order !== 'arrival')) {
    t.test(
      `DTR: ${junction.name} (${face.name}) emits the same items whichever source is faster`,
      async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(fc.scheduler(), sortedInputs, async (scheduler, inputs) => {
              const sources = inputs.map(
                (input, i) => delayed(scheduler, input, i) as unknown as Iterable<number>,
              )
              const collecting = collect(junction.build(face, sources))
              await scheduler.waitFor(collecting)
              return JSON.stringify(await collecting) === JSON.stringify(junction.eager(inputs))
            }),
            { numRuns: 30 },
          ),
        )
      },
    )

    t.test(
      `DTR: ${junction.name} (${face.name}) fails in the same way whichever source fails first`,
      async (t) => {
        await t.resolves(
          fc.assert(
            fc.asyncProperty(
              fc.scheduler(),
              sortedInputs,
              fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
              async (scheduler, inputs, fails) => {
                const error = (i: number): Error | undefined =>
                  fails[i] === true ? new Error(`source ${i}`) : undefined
                const eventually = (source: AsyncIterable<number>): Iterable<number> =>
                  source as unknown as Iterable<number>
                const slow = junction.build(
                  face,
                  inputs.map((input, i) => eventually(delayed(scheduler, input, i, error(i)))),
                )
                const running = outcome(slow as Iterable<unknown>, face.iterate)
                await scheduler.waitFor(running)
                const prompt = inputs.map((input, i) =>
                  eventually({
                    async *[Symbol.asyncIterator]() {
                      yield* input
                      const failure = error(i)
                      if (failure !== undefined) throw failure
                    },
                  }),
                )
                const wanted = await outcome(junction.build(face, prompt) as Iterable<unknown>, face.iterate)
                const got = await running
                return JSON.stringify(got) === JSON.stringify(wanted)
              },
            ),
            { numRuns: 30 },
          ),
        )
      },
    )
  }
}
