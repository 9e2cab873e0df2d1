import { Readable } from 'node:stream'
import t from 'tap'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import * as streams from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { collect, faces, type Face } from '../instruments/faces.ts'
import { counting, failing, recording } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

type Inputs = Iterable<Iterable<number>>
type Join = (inputs: Inputs, options: { readAhead: number }) => Iterable<unknown>

const joinsOf = ({ api }: Face): Readonly<Record<string, Join>> => ({
  chain: api.chain,
  roundRobin: api.roundRobin,
  merge: api.merge,
  mergeReady: api.mergeReady,
  mergeBoundedLateness: (inputs, options) => api.mergeBoundedLateness(inputs, { lateness: 0, ...options }),
  zip: api.zip as Join,
})
const turns = async (n = 5): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise(setImmediate)
}

/** Virtual time, which advances only when everything is waiting for a timer. */
class Time {
  now = 0
  readonly #timers: { at: number; resolve: () => void }[] = []

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#timers.push({ at: this.now + milliseconds, resolve }))
  }

  async pass(until: Promise<unknown>): Promise<void> {
    let isOver = false
    void until.then(() => (isOver = true))
    for (;;) {
      await turns()
      if (isOver) return
      this.#timers.sort((a, b) => a.at - b.at)
      const timer = this.#timers.shift()
      if (timer === undefined) throw new Error('deadlock: no timer is pending')
      this.now = timer.at
      timer.resolve()
    }
  }
}

/** A source that takes `milliseconds` per item, and fails if it is pulled again before that. */
function slow(time: Time, items: readonly number[], milliseconds: number): Iterable<number> {
  let isAsked = false
  const left = [...items]
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (isAsked) throw new Error('asked for two items at once')
        isAsked = true
        await time.sleep(milliseconds)
        isAsked = false
        const value = left.shift()
        return value === undefined ? { done: true, value } : { done: false, value }
      },
    }),
  }
  return source as unknown as Iterable<number>
}

for (const face of faces.filter(({ name }) => name !== 'iter')) {
  const joins = joinsOf(face)

  for (const name of ['merge', 'roundRobin', 'zip', 'mergeBoundedLateness']) {
    t.test(`readAhead: the inputs of ${name} (${face.name}) are fetched concurrently`, async (t) => {
      const duration = async (readAhead: number): Promise<number> => {
        const time = new Time()
        const inputs = [0, 1, 2].map((i) =>
          slow(
            time,
            Array.from({ length: 10 }, (_, item) => 3 * item + i),
            100,
          ),
        )
        const collecting = collect(joins[name]?.(inputs, { readAhead }))
        await time.pass(collecting)
        t.strictSame(
          (await collecting).flat(),
          Array.from({ length: 30 }, (_, i) => i),
        )
        return time.now
      }
      t.ok((await duration(1)) <= 1100)
      // The first items are always fetched concurrently, and zip polls all inputs together.
      if (name !== 'zip') t.ok((await duration(0)) >= 2800)
    })
  }

  for (const [name, join] of Object.entries(joins)) {
    const label = `${name} (${face.name})`

    t.test(`readAhead: ${label} fetches exactly that many items beyond those requested`, async (t) => {
      for (const kind of ['source', 'asyncSource'] as const) {
        const taken: number[] = []
        for (const readAhead of [0, 1, 3]) {
          const input = counting()
          const options = { readAhead, ...(face.name === 'streams' && { highWaterMark: 1 }) }
          const iterator = face.iterate(join([input[kind] as Iterable<number>], options))
          await turns()
          t.equal(input.taken(), 0, 'nothing before the first demand')
          for (let i = 0; i < 3; i++) t.strictSame([(await iterator.next()).value].flat(), [i])
          await turns()
          taken.push(input.taken())
          await iterator.return?.()
        }
        const [asked = 0, ...more] = taken
        t.strictSame(more, [asked + 1, asked + 3], kind)
      }
    })

    t.test(`readAhead: ${label} drops an error that is never reached`, async (t) => {
      const input = failing([1, 2, 3], new Error('broken')) as Iterable<number>
      const endless = counting().source
      const iterator = face.iterate(face.api.fence(1)(join([input, endless], { readAhead: 9 })))
      t.equal((await iterator.next()).done, false)
      await turns()
      t.equal((await iterator.next()).done, true)
    })

    t.test(`readAhead: ${label} of 500 levels`, async (t) => {
      let output = join([[1]], { readAhead: 1 })
      for (let level = 1; level < 500; level++) output = join([output as Iterable<number>], { readAhead: 1 })
      t.strictSame((await collect(output)).flat(Infinity), [1])
    })
  }

  t.test(`readAhead (${face.name}): a value that is not an integer in range is refused`, async (t) => {
    for (const readAhead of [-1, 1.5, NaN, '1', 2 ** 40, Infinity])
      t.throws(() => face.api.zip([[1]], { readAhead } as never), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'readAhead',
      })
  })

  t.test(`readAhead (${face.name}): an error arrives after the earlier items, with its origin`, async (t) => {
    const broken = new Error('broken')
    const both = () => [1, 2].map((item) => face.api.merge([failing([item], broken)]))
    const output = face.api.chain([face.api.roundRobin(both(), { readAhead: 3 })], { readAhead: 2 })
    const { items, error } = await drained(output as unknown as AsyncIterable<number>)
    t.strictSame(items, [1, 2])
    t.equal(error, broken)
    t.strictSame(
      face.api.sourceOf(broken)?.map(({ index }) => index),
      [0, 0, 0],
    )
    const text = face.api.chain([failing([], 'text')], { readAhead: 1 }) as unknown as AsyncIterable<number>
    const { error: met } = await drained(text)
    t.equal(face.name === 'streams' ? (met as Error).cause : met, 'text')
  })

  t.test(
    `readAhead (${face.name}): delayed errors that were read ahead and never thrown become a warning`,
    async (t) => {
      const warning = closeWarning()
      const delayed = face.api.chain([failing([], new Error('a')), failing([], 'b'), [1]], {
        errors: 'delay',
      })
      const output = face.api.chain([delayed, counting().source], { readAhead: 3 })
      const iterator = face.iterate(face.api.fence(1)(output))
      t.equal((await iterator.next()).value, 1)
      await iterator.return?.()
      t.match(await warning, { message: /^delayed error: a; delayed error: .*b/ })
    },
  )

  t.test(`readAhead (${face.name}): an input that fails later is dropped when its turn comes`, async (t) => {
    const told: unknown[] = []
    const inputs = [failing([1, 3], 'text'), [2, 4, 5]]
    const output = face.api.roundRobin(inputs, {
      readAhead: 9,
      errors: (_, [source]) => told.push(source?.index),
    })
    t.strictSame(await collect(output), [1, 2, 3, 4, 5])
    t.strictSame(told, [0])
  })

  t.test(`readAhead (${face.name}): a long synchronous input lets timers run`, async (t) => {
    let turnsSeen = 0
    const timer = setInterval(() => turnsSeen++)
    const endless = counting()
    const none = face.api.filter((n: number) => n === 100_000)(endless.source)
    const output = face.api.chain([none], { readAhead: 4 })
    t.strictSame(await collect(output, 1), [100_000])
    const input = counting()
    const iterator = face.iterate(face.api.chain([input.source], { readAhead: 100_000 }))
    for (let i = 0; i < 10; i++) t.equal((await iterator.next()).value, i)
    t.ok(input.taken() < 40_000)
    await turns(20)
    t.ok(input.taken() > 100_000)
    for (let i = 10; i < 40_000; i++) if ((await iterator.next()).value !== i) t.fail(`item ${i} is missing`)
    await iterator.return?.()
    clearInterval(timer)
    t.ok(turnsSeen > 0)
  })

  t.test(
    `readAhead (${face.name}): an input may pull or close the output while it is being read ahead`,
    async (t) => {
      const { chain, roundRobin } = face.api
      let calls = 0
      const pulled: unknown[] = []
      const source = {
        [Symbol.asyncIterator]: () => ({
          async next() {
            if (++calls === 3) void pulling.next().then(({ value }) => pulled.push(value))
            return calls > 5 ? { done: true } : { done: false, value: calls }
          },
        }),
      } as unknown as Iterable<number>
      const pulling: AsyncIterator<number> = face.iterate(chain([source], { readAhead: 3 }))
      for (const value of [1, 3, 4, 5]) {
        t.equal((await pulling.next()).value, value === 3 ? 2 + Number(pulled.length > 0) : value)
        if (value === 1) await turns()
        if (value === 3 && pulled.length === 0) t.equal((await pulling.next()).value, 3)
      }
      t.equal((await pulling.next()).done, true)

      let taken = 0
      const closing: Iterable<number> = {
        [Symbol.iterator]: () => ({
          next() {
            if (++taken === 2) close()
            return { done: false, value: taken }
          },
          return: () => ({ done: true, value: undefined }),
        }),
      }
      const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }
      const output = roundRobin([silent as never, closing], { readAhead: 9 })
      const iterator = face.iterate(output)
      const close = (): void => {
        if (output instanceof Readable) output.destroy()
        else void iterator.return?.()
      }
      const { done } = await iterator.next().catch(() => ({ done: true }))
      t.equal(done, true)
      await turns()
      t.equal(taken, 2)
    },
  )
}

t.test('readAhead (iter): anything but 0 is an ArgumentError', async (t) => {
  const [face] = faces as [Face]
  for (const [name, join] of Object.entries(joinsOf(face))) {
    t.throws(() => join([[1]], { readAhead: 1 }), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'readAhead',
      message: /fanpipe\/iter/,
    })
    t.strictSame((await collect(join([[1]], { readAhead: 0 }))).flat(), [1], name)
  }
})

t.test('readAhead: the inputs are closed once, also while an item is being fetched', async (t) => {
  const { async: input, record } = recording([1, 2, 3, 4])
  const iterator = async.roundRobin([input], { readAhead: 2 })[Symbol.asyncIterator]()
  t.equal((await iterator.next()).value, 1)
  await iterator.return?.()
  t.equal(record.closed, 1)
  t.strictSame(await iterator.next(), { done: true, value: undefined })
})

t.test('readAhead: chunks of bytes are read ahead as they are', async (t) => {
  const bytes = () => Readable.from([Buffer.from('a'), Buffer.from('b')], { objectMode: false })
  const output = streams.chain([bytes(), bytes()], { readAhead: 1 })
  t.equal(output.readableObjectMode, false)
  t.equal(Buffer.concat(await collect<Buffer>(output)).toString(), 'abab')
})

t.test(
  'readAhead: a junction with this option is not flattened, so that only its own inputs are read ahead',
  async (t) => {
    const inner = counting()
    const nested = async.chain([async.chain([inner.asyncSource]), [1]], { readAhead: 2 })
    const iterator = async.chain([nested])[Symbol.asyncIterator]()
    t.equal((await iterator.next()).value, 0)
    await turns()
    t.equal(inner.taken(), 3)
    await iterator.return?.()
    t.strictSame(Array.from(iter.chain([iter.chain([[1]], { readAhead: 0 }), [2]])), [1, 2])
  },
)
