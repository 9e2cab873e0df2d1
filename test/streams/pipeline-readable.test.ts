import { once } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import {
  chain,
  closeFaultsOf,
  compose,
  duplex,
  fork,
  fromSource,
  map,
  multicastSink,
} from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'

const reason = new Error('my reason')
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A source that yields one item and then nothing, and counts how often it is closed. */
function silent(): AsyncIterable<number> & { closed: number } {
  let given = false
  return {
    closed: 0,
    [Symbol.asyncIterator]() {
      return {
        next: () =>
          given
            ? new Promise<never>(() => undefined)
            : ((given = true), Promise.resolve({ done: false as const, value: 1 })),
        return: async () => {
          this.closed++
          return { done: true as const, value: undefined }
        },
      }
    },
  }
}

const sink = (): Writable =>
  new Writable({ objectMode: true, write: (_item, _encoding, callback) => void callback() })

/** A Writable that never takes a second item. */
const stuckSink = (): Writable => new Writable({ objectMode: true, highWaterMark: 1, write: () => undefined })

const same = () => map((item: unknown) => item)
const through = () => new PassThrough({ objectMode: true })
async function* native(items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  yield* items
}

const reader = (items: AsyncIterable<unknown>): Promise<unknown> => collect(items)

const branches = () => {
  const all = multicastSink(2)
  for (const branch of all.branches) branch.on('error', () => undefined).resume()
  return all
}

type Parts = readonly unknown[]

/** Pipelines around our stages; the source is silent after its first item. */
const piped: Record<string, (source: AsyncIterable<number>) => Parts> = {
  'a stage': (source) => [source, same(), sink()],
  'a stage before a stuck sink': (source) => [source, same(), stuckSink()],
  'two stages': (source) => [source, same(), same(), sink()],
  'a fork': (source) => [source, fork([same(), same()]), sink()],
  'a stage after a Readable': (source) => [Readable.from(source, { highWaterMark: 1 }), same(), sink()],
  'two stages after a Readable': (source) => [Readable.from(source), same(), same(), sink()],
  'a stage after a chain': (source) => [chain([source]), same(), sink()],
  'a stage after a generator': (source) => [source, native, same(), sink()],
  'a stage before a Transform': (source) => [source, same(), through(), sink()],
  'a stage before a duplex': (source) => [source, same(), duplex(same()), sink()],
  'a stage before a multicastSink': (source) => [source, same(), branches()],
  'a stage called with its source': (source) => [compose(fromSource(source), same()), sink()],
  'a stage before a generator and a Transform': (source) => [source, same(), native, through(), sink()],
}

/** Pipelines that only the signal can end early. */
const iterated: Record<string, (source: AsyncIterable<number>) => Parts> = {
  'a stage before a generator': (source) => [source, same(), native, sink()],
  'a stage after a Readable, before a generator': (source) => [Readable.from(source), same(), native, sink()],
  'a stage after a Readable, before a function': (source) => [Readable.from(source), same(), reader],
  'a stage at the end': (source) => [source, same()],
}

const run = (parts: Parts, options: { signal?: AbortSignal } = {}): Promise<unknown> =>
  (pipeline as (...args: unknown[]) => Promise<unknown>)(...parts, options).then(
    () => 'no error',
    (error: unknown) => error,
  )

const moments: Record<string, () => Promise<void>> = {
  'at once': async () => undefined,
  later: async () => {
    for (let i = 0; i < 20; i++) await turn()
  },
}

/** Readable.from and generators cannot be closed while they wait for an item; our own parts are closed exactly once. */
const closes = (name: string): boolean => !/Readable|after a generator/.test(name)

for (const [moment, come] of Object.entries(moments)) {
  t.test(
    `a pipeline that is aborted ${moment} fails with an AbortError whose cause is the reason`,
    async (t) => {
      for (const [name, parts] of Object.entries({ ...piped, ...iterated })) {
        const source = silent()
        const controller = new AbortController()
        const failed = run(parts(source), { signal: controller.signal })
        await come()
        controller.abort(reason)
        t.match(await failed, { name: 'AbortError', code: 'ABORT_ERR', cause: reason }, name)
        if (moment === 'later' && closes(name)) t.equal(source.closed, 1, name)
      }
    },
  )

  t.test(`a pipeline whose sink is destroyed ${moment} fails with Node's premature close`, async (t) => {
    for (const [name, parts] of Object.entries(piped)) {
      const source = silent()
      const streams = parts(source)
      const failed = run(streams)
      await come()
      ;(streams.at(-1) as Writable).destroy()
      t.match(await failed, { code: 'ERR_STREAM_PREMATURE_CLOSE' }, name)
      if (moment === 'later' && closes(name)) t.equal(source.closed, 1, name)
    }
  })

  t.test(`a pipeline whose sink fails ${moment} fails with that error`, async (t) => {
    for (const [name, parts] of Object.entries(piped)) {
      const streams = parts(silent())
      const failed = run(streams)
      await come()
      const error = new Error('full')
      ;(streams.at(-1) as Writable).destroy(error)
      t.equal(await failed, error, name)
    }
  })
}

t.test('aborting the signal after a pipeline has ended has no effect', async (t) => {
  const controller = new AbortController()
  t.equal(await run([[1, 2], same(), same(), sink()], { signal: controller.signal }), 'no error')
  controller.abort(reason)
  await turn()
})

t.test(
  'a function that reads from a stage of an aborted pipeline sees an error, never an early end',
  async (t) => {
    for (const source of [silent(), Readable.from(silent())]) {
      const controller = new AbortController()
      let seen: unknown
      const read = async (items: AsyncIterable<unknown>): Promise<void> => {
        seen = await collect(items).then(
          () => 'ended',
          (error: unknown) => error,
        )
        throw seen as Error
      }
      const failed = run([source, same(), read], { signal: controller.signal })
      await turn()
      controller.abort(reason)
      t.match(seen ?? (await failed, seen), { name: 'AbortError' })
      t.match(await failed, { name: 'AbortError' })
    }
  },
)

t.test(
  'a generator that starts reading after the pipeline was aborted still receives the error',
  async (t) => {
    const controller = new AbortController()
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    async function* late(items: AsyncIterable<unknown>): AsyncGenerator<unknown> {
      await gate
      yield* items
    }
    const failed = run([silent(), same(), late, sink()], { signal: controller.signal })
    await turn()
    controller.abort(reason)
    for (let i = 0; i < 5; i++) await turn()
    go()
    t.match(await failed, { name: 'AbortError', code: 'ABORT_ERR', cause: reason })
  },
)

t.test('called with a signal, a stage returns a Readable, whatever its source is', async (t) => {
  const { signal } = new AbortController()
  for (const source of [[1, 2], new Set([1, 2]), () => [1, 2], Readable.from([1, 2])]) {
    const output = map((n: number) => n * 2)(source, { signal })
    t.ok(output instanceof Readable)
    t.strictSame(await collect(output), [2, 4])
  }
})

t.test('a signal passed to a stage aborts it with its reason, whatever its source is', async (t) => {
  const before = silent()
  const refused = map((n: number) => n)(before, { signal: AbortSignal.abort('enough') })
  await t.rejects(collect(refused), { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
  t.equal(before.closed, 0, 'nothing was opened')

  for (const make of [silent, () => chain([silent()])]) {
    const controller = new AbortController()
    const iterator = map((n: number) => n)(make(), { signal: controller.signal })[Symbol.asyncIterator]()
    t.strictSame(await iterator.next(), { done: false, value: 1 })
    const waiting = iterator.next()
    controller.abort('enough')
    await t.rejects(waiting, { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
  }

  const controller = new AbortController()
  const inner = map((n: number) => n)(silent(), { signal: controller.signal })
  const outer = chain([inner, [2]])[Symbol.asyncIterator]()
  t.strictSame(await outer.next(), { done: false, value: 1 })
  controller.abort('enough')
  await t.rejects(outer.next(), { name: 'AbortError', cause: 'enough' }, 'also as an input')
})

t.test('close faults of an aborted stage are attached to its error', async (t) => {
  const fault = new Error('stuck')
  const stubborn = Object.assign(silent(), {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: () => Promise.reject(fault),
    }),
  })
  const controller = new AbortController()
  const output = map((n: number) => n)(stubborn, { signal: controller.signal }) as unknown as Readable
  output.resume()
  const failed = once(output, 'close').catch((error: unknown) => error)
  await turn()
  controller.abort('enough')
  const error = await failed
  t.match(error, { name: 'AbortError', cause: 'enough' })
  t.strictSame(closeFaultsOf(error)?.faults, [fault])
})

t.test('an aborted stage without listeners does not crash the process', async (t) => {
  const controller = new AbortController()
  const output = map((n: number) => n)(silent(), { signal: controller.signal }) as unknown as Readable
  const closed = new Promise((resolve) => output.once('close', resolve))
  controller.abort('enough')
  await closed
  t.match(output.errored, { name: 'AbortError', cause: 'enough' })
})
