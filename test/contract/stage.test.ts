import { once } from 'node:events'
import { PassThrough, pipeline as pipelined, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import {
  chain,
  compose,
  duplex,
  fence,
  filter,
  fromSource,
  many,
  map,
  merge,
  none,
  stage,
  stop,
} from '../../lib/index.ts'
import { all } from '../instruments/drain.ts'
import { counting } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

const sink = (items: unknown[] = []): Writable =>
  new Writable({ objectMode: true, write: (item, _, done) => void (items.push(item), done()) })

const untilThree = stage<number, number>(() => (n) => (n < 3 ? n : stop))

for (const [name, early] of Object.entries({
  fence: fence<number>(3),
  stop: untilThree,
  composed: compose(
    map((n: number) => n),
    fence(3),
  ),
})) {
  t.test(`a ${name} ends an endless pipeline without an error`, async (t) => {
    for (const source of [counting().source, Readable.from(counting().source), chain([counting().source])]) {
      const items: unknown[] = []
      await pipeline(source as Iterable<number>, early, sink(items))
      t.strictSame(items, [0, 1, 2])
      if (source instanceof Readable) t.ok(source.destroyed)
    }
  })
}

t.test('a stage in a pipeline may be aborted before, during and after the run', async (t) => {
  const controller = new AbortController()
  const { signal } = controller
  const running = pipeline(
    chain([counting().source]),
    map((n: number) => n),
    sink(),
    { signal },
  )
  setTimeout(() => controller.abort(), 5)
  await t.rejects(running, { name: 'AbortError' })
  const before = counting()
  await t.rejects(
    pipeline(
      chain([before.source]),
      map((n: number) => n),
      sink(),
      { signal },
    ),
    { name: 'AbortError' },
  )
  t.equal(before.taken(), 0)
  const after = new AbortController()
  const items: unknown[] = []
  await pipeline(
    chain([[1, 2]]),
    map((n: number) => n),
    sink(items),
    { signal: after.signal },
  )
  after.abort()
  t.strictSame(items, [1, 2])
})

t.test('a stage that drops every item of an endless synchronous source lets timers run', async (t) => {
  for (const drops of [filter(() => false), stage(() => () => none)]) {
    const controller = new AbortController()
    const { signal } = controller
    setTimeout(() => controller.abort(), 5)
    await t.rejects(pipeline(counting().source, drops, sink(), { signal }), { name: 'AbortError' })
  }
})

t.test(
  'a stage that drops every item of an endless source lets timers run, even if it awaits promises',
  async (t) => {
    const { source } = counting()
    function* empties(): Generator<never[]> {
      for (;;) yield []
    }
    const nothing: Record<string, () => AsyncIterable<unknown>> = {
      'an async predicate': () => async.filter(async () => false)(source),
      'an async step': () => async.stage(() => async () => none)(source),
      'an async generator': () => async.stage(() => async function* () {})(source),
      'empty inputs': () => async.chain(empties()),
      'a fork': () => async.fork([async.filter(() => false), async.filter(() => false)])(source),
      'late items': () => allLate(),
    }
    for (const [name, make] of Object.entries(nothing)) {
      const iterator = make()[Symbol.asyncIterator]()
      const running = iterator.next()
      await new Promise((resolve) => setTimeout(resolve, 5))
      await iterator.return?.()
      t.strictSame(await running, { done: true, value: undefined }, name)
    }
  },
)

t.test('while an output yields to timers, a wake-up from another input changes nothing', async (t) => {
  function* empties(): Generator<never[]> {
    for (;;) yield []
  }
  const ticking = async function* (): AsyncGenerator<number> {
    for (let tick = 0; ; tick++) {
      await new Promise(setImmediate)
      yield tick
    }
  }
  for (const silent of [
    async.chain(empties()),
    allLate(),
    async.filter<number>(() => false)(counting().source),
  ]) {
    const iterator = async.roundRobin([silent, ticking(), ticking()])[Symbol.asyncIterator]()
    const running = iterator.next()
    await new Promise((resolve) => setTimeout(resolve, 10))
    await iterator.return?.()
    t.strictSame(await running, { done: true, value: undefined })
  }
})

/** Yields 5, and then endless items that are too late. */
function allLate(): AsyncIterable<number> {
  const inputs = [chainOf([5], (n) => -n)]
  return async.filter((n: number) => n < 0)(async.mergeBoundedLateness(inputs, { lateness: 0, late: 'drop' }))
}

/** Yields the items, and then `then(0)`, `then(1)`, … forever. */
function* chainOf(items: readonly number[], then: (count: number) => number): Generator<number> {
  yield* items
  for (let count = 0; ; count++) yield then(count)
}

t.test('a null that does not reach the output is not an error', async (t) => {
  const dropped = compose(
    stage<number, number | null>(() => (n) => many([null, n])),
    filter<number | null>(Boolean),
  )
  t.strictSame(await all(dropped([1])), [1])
  t.strictSame(await all(dropped(Readable.from([1]))), [1])
  const out = stage<number, number | null>(() => (n) => many([null, n]))
  await t.rejects(all(out(Readable.from([1]))), { code: 'ERR_FANPIPE_NULL' })
})

t.test('a fence after a Node Transform: pipeline fails, as with any function that ends early', async (t) => {
  const through = (): PassThrough => new PassThrough({ objectMode: true })
  await t.rejects(pipeline(counting().source, through(), fence(3), sink()), {
    code: 'ERR_STREAM_PREMATURE_CLOSE',
  })
  const generator = async function* (items: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const item of items) return yield item
  }
  await t.rejects(pipeline(counting().source, through(), generator, sink()))
  const items: unknown[] = []
  const ended: unknown[] = []
  const source = chain([
    () => pipelined(Readable.from(counting().source), through(), (error) => ended.push(error)),
  ])
  await pipeline(source, fence(3), sink(items))
  t.strictSame(items, [0, 1, 2], 'inside a source, the Transform is closed cleanly')
  t.equal(ended.length, 1, 'and so is its source')
})

t.test('a stage that has its own source may be called with options only', async (t) => {
  const sourced = compose(fromSource([1, 2]), fence(1))
  t.strictSame(await all(sourced({ closeTimeout: 5 })), [1])
  t.strictSame(await all(sourced({})), [1])
  t.throws(() => fence(1)({ closeTimeout: 5 } as never), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'source' })
})

t.test('duplex: the error names the argument that is not a part', async (t) => {
  for (const part of [5, {}, [], null, 'abc', [1], undefined])
    t.throws(
      () =>
        duplex(
          map((n: number) => n),
          part,
        ),
      { code: 'ERR_FANPIPE_ARGUMENT', argument: 'parts[1]' },
    )
})

t.test(
  'Readable.compose accepts a stage that reads to the end; on Node 20 it fails with one that ends early',
  async (t) => {
    const composed = (stage: (source: Readable) => unknown) =>
      all<unknown>(Readable.from([1, 2, 3]).compose(stage))
    t.strictSame(await composed(map((n: number) => n * 2)), [2, 4, 6])
    const early = composed(fence(1))
    if (process.versions.node.startsWith('20.')) await t.rejects(early, { code: 'ABORT_ERR' })
    else t.match(await early.catch((error: { code: string }) => error.code), /^ABORT_ERR$|1/)
  },
)

t.test('duplex(fence) ends its readable side and discards what a finite upstream still sends', async (t) => {
  const items: unknown[] = []
  const source = Readable.from([...Array(1000).keys()])
  await pipeline(source, duplex(fence(2)), sink(items))
  t.strictSame(items, [0, 1])
  t.ok(source.readableEnded, 'read to its end')
})

t.test('an input that is stuck in an await is named in a warning, and the output still closes', async (t) => {
  async function* parked() {
    await new Promise(() => undefined)
    yield 0
  }
  const output = merge([parked(), [1]], { closeTimeout: 20, labels: ['stuck', 'fine'] })
  output.resume()
  await new Promise((resolve) => setTimeout(resolve, 5))
  const [warning] = await Promise.all([closeWarning(), once(output.destroy(), 'close')])
  t.match(warning, { code: 'ERR_FANPIPE_CLOSE', message: 'input 0 (stuck) did not close in time' })
})
