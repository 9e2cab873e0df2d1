import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import * as iter from '../../lib/iter.ts'
import {
  chain,
  compose,
  csvSource,
  duplex,
  fork,
  lineSource,
  map,
  multicast,
  ndjsonSource,
  pageSource,
  sourceOf,
  walkSource,
  type Page,
} from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { folder } from '../instruments/files.ts'
import { failing } from '../instruments/sources.ts'

const { dir, fileOf } = folder(t)
const file = fileOf('a.csv', 'n\n1\n2\n')

const sink = (items: unknown[] = []): Writable =>
  new Writable({
    objectMode: true,
    write(item, _encoding, callback) {
      items.push(item)
      callback()
    },
  })

const pages: Page<string, number>[] = [{ items: ['n', '1'], next: 1 }, { items: ['2'] }]

const sources: Record<string, { open: () => AsyncIterable<unknown>; items: unknown[] }> = {
  'lineSource of a path': { open: () => lineSource(file), items: ['n', '1', '2'] },
  'lineSource of text': { open: () => lineSource(['n\n1\n', '2']), items: ['n', '1', '2'] },
  csvSource: { open: () => csvSource(file), items: [{ n: '1' }, { n: '2' }] },
  ndjsonSource: { open: () => ndjsonSource(() => ['{"n":1}\n{"n":2}']), items: [{ n: 1 }, { n: 2 }] },
  walkSource: { open: () => walkSource(dir), items: [file] },
  pageSource: {
    open: () => pageSource<string, number>((cursor = 0) => pages[cursor] as Page<string, number>),
    items: ['n', '1', '2'],
  },
}

for (const [name, { open, items }] of Object.entries(sources)) {
  t.test(`${name} yields its items wherever a source is allowed, each time it is opened`, async (t) => {
    const source = open()
    t.strictSame(await collect(source), items, 'for await')
    t.strictSame(await collect(chain([source, source])), [...items, ...items], 'chain')
    t.strictSame(await Readable.from(source).toArray(), items, 'Readable.from')
    t.strictSame(await collect(map((item: unknown) => item)(source)), items, 'a stage')
    t.strictSame(await collect(multicast(source, 1)[0]), items, 'multicast')
    t.strictSame(await collect(chain([() => source])), items, 'a function that returns it')
    const written: unknown[] = []
    await pipeline(source, sink(written))
    await pipeline(
      source,
      map((item: unknown) => item),
      sink(written),
    )
    t.strictSame(written, [...items, ...items], 'pipeline')
    const called = (source as unknown as () => Readable)()
    t.ok(called instanceof Readable)
    t.strictSame(await collect(called), items, 'called, as a pipeline does')
  })

  t.test(`${name} is refused where a source is not allowed`, async (t) => {
    const refused = { code: 'ERR_FANPIPE_ARGUMENT' }
    t.throws(() => compose(open() as never), refused, 'as a stage')
    t.throws(() => fork([open() as never]), refused, 'as a branch of a fork')
    t.throws(() => duplex(open()), refused, 'as a part of a duplex')
    t.throws(() => chain(open() as never), refused, 'as the inputs')
    t.throws(() => iter.chain([open() as never]), refused, 'in the iter face')
    t.throws(() => (open() as unknown as (options: object) => unknown)({ signals: 1 }), refused)
  })
}

const pipelineOf = (parts: readonly unknown[]): Promise<unknown> =>
  (pipeline as unknown as (parts: readonly unknown[]) => Promise<unknown>)(parts)

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A fetch that never completes unless it is cancelled. */
const endlessFetch = (record: { cancelled: number }) => (_cursor: unknown, signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      record.cancelled++
      reject(signal.reason as Error)
    })
  })

t.test('a silent source is closed when the sink of its pipeline is destroyed or fails', async (t) => {
  for (const error of [undefined, new Error('full')]) {
    for (const stages of [[], [map((line: unknown) => line)]]) {
      const record = { cancelled: 0 }
      for (const source of [
        lineSource(file, { follow: true, poll: 100_000 }),
        pageSource(endlessFetch(record)),
        lineSource(pageSource<string>(endlessFetch(record))),
      ]) {
        const last = sink()
        const failed = pipelineOf([source, ...stages, last]).catch((error: unknown) => error)
        for (let i = 0; i < 20; i++) await turn()
        last.destroy(error)
        if (error === undefined) t.match(await failed, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
        else t.equal(await failed, error)
      }
      t.equal(record.cancelled, 2)
    }
  }
})

t.test("either a source's own signal or that of its pipeline aborts it", async (t) => {
  for (const which of [0, 1]) {
    const controllers = [new AbortController(), new AbortController()] as const
    const [own, outer] = controllers
    const source = lineSource(file, { follow: true, poll: 100_000, signal: own.signal })
    const failed = pipeline(source, sink(), { signal: outer.signal }).catch((error: unknown) => error)
    for (let i = 0; i < 20; i++) await turn()
    controllers[which as 0 | 1].abort('enough')
    t.match(await failed, { name: 'AbortError', cause: 'enough' })
  }
})

t.test('sourceOf refers to the latest opening of a source, whether iterated or in a pipeline', async (t) => {
  const error = new Error('boom')
  let failsAt = 0
  const source = lineSource(() => chain(failsAt === 0 ? [failing([], error)] : [['a\n'], failing([], error)]))
  t.equal(sourceOf(error, source), undefined, 'not opened yet')
  await t.rejects(collect(source), error)
  t.strictSame(sourceOf(error, source), [{ index: 0, label: undefined }])
  failsAt = 1
  await t.rejects(pipeline(source, sink()), error)
  t.strictSame(sourceOf(error, source), [{ index: 1, label: undefined }])
  failsAt = 0
  await t.rejects(collect(source), error)
  t.strictSame(sourceOf(error, source), [{ index: 0, label: undefined }])
})
