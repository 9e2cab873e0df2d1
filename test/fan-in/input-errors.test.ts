import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import * as async from '../../lib/async.ts'
import type { InputErrorOptions, SyncSource } from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { sortedInputs } from '../instruments/arbitraries.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces, type Face } from '../instruments/faces.ts'
import { failing } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

type Errors = NonNullable<InputErrorOptions['errors']>
type Inputs = Iterable<SyncSource<number>>

/** The fan-ins that have the option. */
const joins: Readonly<Record<string, (face: Face, inputs: Inputs, errors: Errors) => Iterable<number>>> = {
  chain: ({ api }, inputs, errors) => api.chain(inputs, { errors }),
  roundRobin: ({ api }, inputs, errors) => api.roundRobin(inputs, { errors }),
  merge: ({ api }, inputs, errors) => api.merge(inputs, { errors }),
  mergeReady: ({ api }, inputs, errors) => api.mergeReady(inputs, { errors }),
  mergeBoundedLateness: ({ api }, inputs, errors) =>
    api.mergeBoundedLateness(inputs, { errors, lateness: 0 }),
}
const path = (...indexes: number[]) => indexes.map((index) => ({ index, label: undefined }))
const unopened = (error: unknown) => (): Iterable<number> => {
  throw error
}
const outcome = async (face: Face, output: Iterable<number>): Promise<{ items: number[]; error?: unknown }> =>
  drained({ [Symbol.asyncIterator]: () => face.iterate(output) })
const sorted = (items: Iterable<number>): number[] => [...items].sort((a, b) => a - b)

for (const face of faces) {
  const { sourceOf, closeFaultsOf } = face.api
  for (const [name, join] of Object.entries(joins)) {
    const label = `${name} (${face.name})`

    t.test(
      `${label}: a function is called with each error of an input, and the other inputs continue`,
      async (t) => {
        const [broken, shut] = [new Error('broken'), new Error('shut')]
        const bad = face.recorded([2, 6], broken)
        const met = new Map<unknown, unknown>()
        const output = join(face, [[1, 4, 5], bad.input, unopened(shut), [3, 7]], (error, source) => {
          met.set(error, source)
        })
        const { items, error } = await outcome(face, output)
        t.equal(error, undefined)
        t.strictSame(sorted(items), [1, 2, 3, 4, 5, 6, 7])
        t.strictSame(
          met,
          new Map([
            [broken, path(1)],
            [shut, path(2)],
          ]),
        )
        t.strictSame(bad.record, { opened: 1, closed: 1, pulled: 2 })
      },
    )

    t.test(`${label}: 'delay' fails at the end with all errors, in input order`, async (t) => {
      const [broken, shut] = [new Error('broken'), new Error('shut')]
      const bad = face.recorded([2, 6], broken)
      const output = join(face, [[1, 4, 5], bad.input, unopened(shut), [3, 7]], 'delay')
      const { items, error } = await outcome(face, output)
      t.strictSame(sorted(items), [1, 2, 3, 4, 5, 6, 7])
      t.equal((error as AggregateError).name, 'AggregateError')
      t.equal((error as AggregateError).message, '2 inputs failed')
      const parts = (error as AggregateError).errors as unknown[]
      t.equal(parts.length, 2)
      t.equal(parts[0], broken)
      t.equal(parts[1], shut)
      t.equal(sourceOf(error), undefined)
      for (const [i, part] of parts.entries()) {
        t.strictSame(sourceOf(part), path(i + 1))
        t.strictSame(sourceOf(part, output), path(i + 1))
      }
      t.strictSame(bad.record, { opened: 1, closed: 1, pulled: 2 })
    })

    t.test(`${label}: with 'delay', a single error arrives unchanged`, async (t) => {
      const broken = new Error('broken')
      const output = join(face, [failing([], broken), [1]], 'delay')
      const { items, error } = await outcome(face, output)
      t.strictSame(items, [1])
      t.equal(error, broken)
      t.strictSame(sourceOf(error, output), path(0))
      t.strictSame(await outcome(face, join(face, [[1], [2]], 'delay')), { items: [1, 2] })
    })

    t.test(`${label}: with 'fail' an error fails the output, as it does without the option`, async (t) => {
      const broken = new Error('broken')
      const sibling = face.recorded([1, 2])
      const { error } = await outcome(face, join(face, [sibling.input, unopened(broken)], 'fail'))
      t.equal(error, broken)
      t.equal(sibling.record.closed, sibling.record.opened)
    })

    t.test(`${label}: an error thrown by the function fails the output and closes all inputs`, async (t) => {
      const [broken, worse] = [new Error('broken'), new Error('worse')]
      const sibling = face.recorded([1, 2])
      const output = join(face, [failing([], broken), sibling.input], () => {
        throw worse
      })
      const { error } = await outcome(face, output)
      t.equal(error, worse)
      t.equal(sourceOf(worse), undefined)
      t.equal(sibling.record.closed, sibling.record.opened)
    })

    t.test(`${label}: ArgumentErrors and errors thrown by a lazy list fail the output at once`, async (t) => {
      const told: unknown[] = []
      for (const errors of ['delay', (error: unknown) => told.push(error)] as const) {
        const sibling = face.recorded([1])
        const text = () => 'a.log' as unknown as Iterable<number>
        const fault = await outcome(face, join(face, [sibling.input, text], errors))
        t.match(fault.error, { code: 'ERR_FANPIPE_ARGUMENT' })
        t.equal(sibling.record.closed, sibling.record.opened)
        const broken = new Error('broken')
        function* list(): Generator<number[]> {
          yield [1]
          throw broken
        }
        t.equal((await outcome(face, join(face, list(), errors))).error, broken)
        t.match((await outcome(face, join(face, new Set([7 as never]), errors))).error, {
          code: 'ERR_FANPIPE_ARGUMENT',
        })
      }
      t.strictSame(told, [])
    })

    t.test(`${label}: delayed errors that can no longer be thrown become a warning`, async (t) => {
      const warning = closeWarning()
      const broken = new Error('broken')
      const iterator = face.iterate(join(face, [failing([], broken), [1, 2]], 'delay'))
      t.strictSame(await iterator.next(), { done: false, value: 1 })
      await iterator.return?.()
      t.match(await warning, { name: 'CloseWarning', message: 'delayed error: broken' })
    })

    t.test(`${label}: delayed errors are attached to an error that is thrown in their place`, async (t) => {
      const broken = new Error('broken')
      const text = () => 'a.log' as unknown as Iterable<number>
      const inputs = [failing<number>([], broken), failing<number>([], 'text'), text]
      const output = join(face, name === 'chain' ? inputs : inputs.slice(0, 2), 'delay')
      const { error } = await outcome(face, face.api.chain([output, text]))
      if (name !== 'chain') {
        t.equal(((error as AggregateError).errors as unknown[])[0], broken)
        return
      }
      t.match(error, { code: 'ERR_FANPIPE_ARGUMENT' })
      const { delayed = [] } = closeFaultsOf(error) ?? {}
      t.equal(delayed.length, 2)
      t.equal(delayed[0], broken)
      t.match(face.name === 'streams' ? (delayed[1] as Error).cause : delayed[1], 'text')
    })

    t.test(`${label}: an unknown policy is an ArgumentError`, async (t) => {
      t.throws(() => join(face, [[1]], 'ignore' as never), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'errors',
        expected: "'fail', 'delay' or a function",
      })
    })

    t.test(`${label}: junctions with different policies are not flattened into each other`, async (t) => {
      const [a, b, outer] = [new Error('a'), new Error('b'), new Error('outer')]
      const nested = (within: Errors, of: Errors): Iterable<number> =>
        join(face, [join(face, [[1], failing([], a), failing([], b)], within), failing([], outer)], of)
      const failed = async (within: Errors, of: Errors): Promise<AggregateError> =>
        (await outcome(face, nested(within, of))).error as AggregateError

      const { errors: parts } = await failed('delay', 'delay')
      t.strictSame((parts[0] as AggregateError).errors, [a, b])
      t.equal(parts[1], outer)
      t.strictSame(
        [a, b, outer].map((error) => sourceOf(error)),
        [path(0, 1), path(0, 2), path(1)],
      )

      t.strictSame((await failed('fail', 'delay')).errors, [a, outer])

      const told: [unknown, unknown][] = []
      const report = (error: unknown, source: unknown): void => void told.push([error, source])
      t.equal(await failed('delay', report), undefined)
      const ofNested = told.find(([error]) => error !== outer)
      t.strictSame((ofNested?.[0] as AggregateError).errors, [a, b])
      t.strictSame(ofNested?.[1], path(0))
      t.strictSame(told.splice(0).find(([error]) => error === outer)?.[1], path(1))

      t.equal(await failed(report, 'fail'), outer)
      if (name === 'chain')
        t.strictSame(told, [
          [a, path(0, 1)],
          [b, path(0, 2)],
        ])
      t.notOk(told.some(([error]) => error === outer))
    })

    t.test(`${label}: 500 nested levels, each with a policy`, async (t) => {
      const broken = new Error('broken')
      let output: Iterable<number> = join(face, [[1], failing([], broken)], 'delay')
      for (let level = 1; level < 500; level++) output = join(face, [output, []], 'delay')
      const { items, error } = await outcome(face, output)
      t.strictSame(items, [1])
      t.equal(error, broken)
      t.equal(sourceOf(error)?.length, 500)
    })

    t.test(
      `${label}: with a function, the output contains what inputs yielded before they failed`,
      async (t) => {
        const failures = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })
        const property = fc.asyncProperty(sortedInputs, failures, async (inputs, fails) => {
          const errors = inputs.map((_, i) => new Error(`input ${i}`))
          const sources = inputs.map((items, i) =>
            face.recorded(items, fails[i] === true ? errors[i] : undefined),
          )
          const told: unknown[] = []
          const output = join(
            face,
            sources.map(({ input }) => input),
            (error) => told.push(error),
          )
          assert.deepEqual(sorted(await collect<number>(output)), sorted(inputs.flat()))
          const wanted = errors.filter((_, i) => fails[i] === true)
          assert.deepEqual(new Set(told), new Set(wanted))
          assert.equal(told.length, wanted.length)
          for (const { record } of sources) assert.equal(record.closed, 1)
        })
        await t.resolves(fc.assert(property, { numRuns: 40 }))
      },
    )
  }

  t.test(
    `merge (${face.name}): an item it cannot use is an error of the input, which is closed`,
    async (t) => {
      const unsorted = face.recorded([2, 1, 9])
      const codes: unknown[] = []
      const errors = (error: unknown, source: unknown) =>
        void codes.push((error as { code?: unknown }).code, source)
      t.strictSame(await collect(face.api.merge([unsorted.input, [3, 4]], { errors })), [2, 3, 4])
      t.equal(unsorted.record.closed, 1)
      t.strictSame(
        await collect(
          face.api.merge(
            [
              [NaN, 1],
              [3, 4],
            ],
            { errors },
          ),
        ),
        [3, 4],
        'also for the first item',
      )
      t.strictSame(codes, ['ERR_FANPIPE_ORDER', path(0), 'ERR_FANPIPE_KEY', path(0)])
      const late = face.api.mergeBoundedLateness([[3, 1, 4], [5]], { lateness: 0, errors })
      t.strictSame(await collect(late), [3, 5])
      t.strictSame(codes.splice(4), ['ERR_FANPIPE_LATE', path(0)])
    },
  )

  t.test(
    `merge (${face.name}): an error thrown by compare is attributed to the input whose item arrived last`,
    async (t) => {
      const broken = new Error('broken')
      const compare = (a: number, b: number): number => {
        if (a === b) throw broken
        return a - b
      }
      const sources = () => [
        [1, 5],
        [2, 5, 6],
        [3, 7],
      ]
      const told: unknown[] = []
      const errors = (error: unknown, source: unknown) => void told.push(error, source)
      t.strictSame(await collect(face.api.merge(sources(), { compare, errors })), [1, 2, 3, 5, 7])
      t.strictSame(told.splice(0), [broken, path(1)])
      const first = face.api.merge([[1], [1, 2], [1], [3]], { compare, errors })
      t.strictSame(await collect(first), [1, 3])
      t.strictSame(told.splice(0), [broken, path(1), broken, path(2)])
      const flaky = (a: number, b: number): number => {
        if (a === b && told.length === 0) throw broken
        return a - b
      }
      t.strictSame(
        await collect(
          face.api.merge(
            [
              [1, 4],
              [2, 4, 6],
            ],
            { compare: flaky, errors },
          ),
        ),
        [1, 2, 4],
      )
      t.strictSame(told.splice(0), [broken, path(1)])
      t.strictSame(
        await collect(
          face.api.merge(
            [
              [1, 5],
              [5, 6],
            ],
            { compare, errors },
          ),
        ),
        [1, 5, 6],
      )
      t.strictSame(told.splice(0), [broken, path(0)], 'the input whose item is new')
      let calls = 0
      const once = (a: number, b: number): number => {
        if (++calls === 6) throw broken
        return a - b
      }
      const items = await collect(face.api.merge([[1, 4], [2, 4, 6], [7]], { compare: once, errors }))
      t.strictSame(
        [items, told.splice(0)],
        [
          [1, 2, 4, 7],
          [broken, path(1)],
        ],
      )
      const wrong = face.api.merge(sources(), { compare: () => true as never, errors })
      t.match((await outcome(face, wrong)).error, { code: 'ERR_FANPIPE_ARGUMENT', argument: 'compare' })
      t.strictSame(told, [])
    },
  )

  t.test(`roundRobin (${face.name}): a thrown primitive is handled like any error`, async (t) => {
    const told: unknown[] = []
    const errors = (error: unknown, source: unknown) => void told.push(error, source)
    t.strictSame(await collect(face.api.roundRobin([failing([1], 'text'), [2]], { errors })), [1, 2])
    t.match(face.name === 'streams' ? (told[0] as Error).cause : told[0], 'text')
    t.strictSame(told[1], path(0))
  })

  t.test(
    `multicast (${face.name}): the parts of an AggregateError keep their origins through a hub`,
    async (t) => {
      const [a, b] = [new Error('a'), new Error('b')]
      const merged = face.api.merge([failing([], a), failing([], b)], { errors: 'delay' })
      const output = face.api.chain([[1], face.api.multicast(merged, 1)[0]])
      const { error } = await outcome(face, output)
      t.strictSame(
        ((error as AggregateError).errors as unknown[]).map((part) => part === a || part === b),
        [true, true],
      )
      t.strictSame([sourceOf(a, output), sourceOf(b, output)], [path(1, 0), path(1, 1)])
      t.strictSame([sourceOf(a), sourceOf(b), sourceOf(error)], [path(1, 0), path(1, 1), path(1)])
    },
  )

  t.test(
    `multicast (${face.name}): delayed errors upstream of a hub become a warning when its branches leave`,
    async (t) => {
      const warning = closeWarning()
      const merged = face.api.merge([failing<number>([], new Error('a')), [1, 2]], { errors: 'delay' })
      const iterator = face.iterate(face.api.chain([face.api.multicast(merged, 1)[0]]))
      t.strictSame(await iterator.next(), { done: false, value: 1 })
      await iterator.return?.()
      t.match(await warning, { message: 'delayed error: a' })
    },
  )
}

t.test('chain (iter): the parts of an AggregateError keep their origins through an iterator', async (t) => {
  const [iter] = faces as [Face]
  const [a, b] = [new Error('a'), new Error('b')]
  const inner = iter.api.roundRobin([failing<number>([], a), failing<number>([], b)], { errors: 'delay' })
  const output = iter.api.chain([() => inner[Symbol.iterator]() as IterableIterator<number>])
  const { error } = await outcome(iter, output)
  t.equal((error as AggregateError).errors.length, 2)
  t.strictSame([sourceOf(a, output), sourceOf(b, output)], [path(0, 0), path(0, 1)])

  function sourceOf(error: unknown, output: object): unknown {
    return iter.api.sourceOf(error, output)
  }
})

t.test('chain (iter): a function that returns a promise is an ArgumentError', async (t) => {
  const [iter] = faces as [Face]
  const output = iter.api.chain([failing([], new Error('broken')), [1]], { errors: async () => undefined })
  t.throws(() => Array.from(output), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'errors' })
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  for (const [name, join] of Object.entries(joins)) {
    const label = `${name} (${face.name})`

    t.test(
      `${label}: a promise of the function is awaited before the end, and its rejection fails`,
      async (t) => {
        let resolve: () => void = () => undefined
        const errors = () => new Promise<void>((settle) => (resolve = settle))
        let ended = false
        const running = outcome(face, join(face, [failing([], new Error('broken')), [1]], errors)).finally(
          () => {
            ended = true
          },
        )
        await turn()
        await turn()
        t.equal(ended, false)
        resolve()
        t.strictSame(await running, { items: [1] })
        const worse = new Error('worse')
        const rejects = () => Promise.reject(worse)
        t.equal((await outcome(face, join(face, [failing([], 1), [1, 2]], rejects))).error, worse)
        const twice = outcome(face, join(face, [failing([], 1), failing([], 2)], rejects))
        t.equal((await twice).error, worse)
      },
    )

    t.test(`${label}: dropped inputs have closed before the end`, async (t) => {
      const closing: (() => void)[] = []
      const input = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: NaN }),
          return: () =>
            new Promise((resolve) => closing.push(() => resolve({ done: true, value: undefined }))),
        }),
      } as unknown as Iterable<number>
      let ended = false
      const output =
        name === 'merge' || name === 'mergeBoundedLateness'
          ? join(face, [input, [1]], () => undefined)
          : face.api.chain([
              face.api.merge([input], { errors: () => undefined }),
              join(face, [[1]], () => undefined),
            ])
      const running = outcome(face, output).finally(() => (ended = true))
      await turn()
      await turn()
      t.equal(closing.length, 1)
      t.equal(ended, false)
      closing[0]?.()
      t.strictSame(await running, { items: [1] })
    })

    if (name === 'mergeReady') continue
    t.test(`DTR: ${label} reports errors in the same order, whichever occurs first`, async (t) => {
      const failures = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })
      const property = fc.asyncProperty(
        fc.scheduler(),
        sortedInputs,
        failures,
        async (scheduler, inputs, fails) => {
          const run = async (wait: () => Promise<void>): Promise<unknown[]> => {
            const log: unknown[] = []
            const sources = inputs.map(async function* (items, i) {
              for (const item of items) {
                await wait()
                yield item
              }
              await wait()
              if (fails[i] === true) throw new Error(`input ${i}`)
            })
            const output = join(face, sources as unknown as Iterable<number>[], (error, [source]) => {
              log.push((error as Error).message, source?.index)
            })
            const iterator = face.iterate(output)
            for (let result = await iterator.next(); result.done !== true; result = await iterator.next())
              log.push(result.value)
            return log
          }
          const prompt = await run(() => Promise.resolve())
          const running = run(() => scheduler.schedule(Promise.resolve()).then(() => undefined))
          await scheduler.waitFor(running)
          // A Readable reads ahead, so the function is called earlier there.
          const only = (log: unknown[]): unknown[] =>
            face.name === 'streams' ? [log.filter((each) => typeof each === 'string')] : log
          assert.deepEqual(only(await running), only(prompt))
        },
      )
      await t.resolves(fc.assert(property, { numRuns: 30 }))
    })
  }
}

t.test('destroying one of our Readables that is an input is an error of this input', async (t) => {
  const errors = ['delay', 'fail', 'function'] as const
  for (const policy of errors) {
    for (const listens of [false, true]) {
      const broken = new Error('broken')
      const told: unknown[] = []
      const source = new Readable({ objectMode: true, read: () => undefined })
      const lent = streams.chain([source])
      if (listens) lent.on('error', () => undefined)
      const output = streams.roundRobin([lent, async.chain([[1, 2]])], {
        errors: policy === 'function' ? (error, path) => void told.push(error, path) : policy,
      })
      const running = drained(output)
      await turn()
      lent.destroy(broken)
      const { items, error } = await running
      t.strictSame(items, policy === 'fail' ? [] : [1, 2], `${policy}, ${listens}`)
      t.equal(error, policy === 'function' ? undefined : broken)
      t.strictSame(told, policy === 'function' ? [broken, path(0)] : [])
      t.equal(source.destroyed, true)
    }
  }
})

t.test(
  'one of our Readables that is destroyed closes its inputs at once, not when its turn comes',
  async (t) => {
    const silent = new Readable({ objectMode: true, read: () => undefined })
    const source = new Readable({ objectMode: true, read: () => undefined })
    const lent = streams.chain([source])
    const output = streams.roundRobin([silent, lent], { errors: 'delay' }).resume()
    await turn()
    lent.destroy()
    t.equal(source.destroyed, true)
    t.equal(output.destroyed, false)
    output.destroy()
  },
)

t.test('so does one that is destroyed while it is opening, or was destroyed before', async (t) => {
  const broken = new Error('broken')
  const told: unknown[] = []
  const lent = streams.chain([
    () => {
      lent.destroy(broken)
      return [1]
    },
  ])
  const output = streams.chain([lent, [2]], { errors: (error) => told.push(error) })
  t.strictSame(await output.toArray(), [2])
  t.strictSame(told.splice(0), [broken])
  const gone = streams.chain([[1]])
  const late = streams.chain([gone, [2]], { errors: (error) => told.push((error as { code: string }).code) })
  gone.destroy()
  t.strictSame(await late.toArray(), [2])
  t.strictSame(told, ['ERR_STREAM_PREMATURE_CLOSE'])
})

t.test('mergeReady: failing to open an added input is an error of this input', async (t) => {
  const told: unknown[] = []
  const output = async.mergeReady([[1]], { end: false, errors: (error, source) => told.push(error, source) })
  const iterator = output[Symbol.asyncIterator]()
  t.strictSame(await iterator.next(), { done: false, value: 1 })
  output.add(unopened('shut'))
  t.strictSame(told, ['shut', path(1)])
  output.add([2])
  t.strictSame(await iterator.next(), { done: false, value: 2 })
  output.end()
  t.equal((await iterator.next()).done, true)
})

for (const [name, api] of Object.entries({ async, streams: streams as unknown as typeof async }))
  t.test(
    `mergeReady (${name}): while a promise returned by the function is pending, inputs can be added`,
    async (t) => {
      const broken = new Error('broken')
      const told: unknown[] = []
      const output = api.mergeReady([failing([1], broken), [2]], {
        errors: async (error) => {
          told.push(error)
          await turn()
          if (told.length < 3) output.add(failing([3], broken))
        },
      })
      t.strictSame(await drained(output), { items: [1, 2, 3, 3] })
      t.strictSame(told, [broken, broken, broken])
      t.throws(() => output.add([4]), { code: 'ERR_FANPIPE_ARGUMENT' })
    },
  )

t.test('the function may close the output', async (t) => {
  const sibling = Readable.from([1])
  const output = streams.roundRobin([failing([], new Error('broken')), sibling], {
    errors: () => void output.destroy(),
  })
  output.resume()
  await once(output, 'close')
  t.equal(sibling.destroyed, true)
})

t.test('an AggregateError from an input is handled like any error, whatever it contains', async (t) => {
  const inner = new Error('inner')
  const foreign = new AggregateError([inner, 'text'])
  const broken = Object.assign(new AggregateError([]), { errors: undefined })
  const cyclic = new AggregateError([])
  cyclic.errors.push(cyclic)
  for (const error of [foreign, broken, cyclic]) {
    const output = async.chain([failing([], error)])
    t.equal((await drained(output)).error, error)
    t.strictSame(async.sourceOf(error), path(0))
  }
  t.equal(async.sourceOf(inner), undefined)
})

t.test('an asynchronous list of inputs that throws fails the output at once', async (t) => {
  const broken = new Error('broken')
  async function* list(): AsyncGenerator<number[]> {
    yield [1]
    throw broken
  }
  for (const errors of ['delay', () => t.fail('not an error of an input')] as const)
    for (const join of [async.chain, async.mergeReady])
      t.strictSame(await drained(join(list(), { errors })), { items: [1], error: broken })
})

t.test('primitives in an AggregateError pass through a hub', async (t) => {
  const [face] = faces as [Face]
  const { chain, multicast, roundRobin } = face.api
  const delayed = (...errors: unknown[]): Iterable<number> =>
    chain([
      multicast(
        roundRobin(
          errors.map((error) => failing<number>([], error)),
          { errors: 'delay' },
        ),
        1,
      )[0],
    ])
  const both = await outcome(face, delayed('a', 'b'))
  t.strictSame((both.error as AggregateError).errors, ['a', 'b'])
  t.strictSame(face.api.sourceOf(both.error), path(0))
  t.equal((await outcome(face, delayed('a'))).error, 'a')
})
