import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { duplex, fence, fileSink, map, partitionSink, toCsv } from '../../lib/index.ts'
import { folder } from '../instruments/files.ts'

const tenfold = map((n: number) => n * 10)

/** A Writable that takes one item per turn of the event loop. */
function slowSink() {
  const items: number[] = []
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (item: number, _, done) => void setImmediate().then(() => (items.push(item), done())),
    final: (done) => void setImmediate().then(() => (items.push(NaN), done())),
  })
  return { items, sink }
}

t.test('a duplex whose last part is a Writable finishes when the Writable does', async (t) => {
  for (const parts of [[tenfold], [new PassThrough({ objectMode: true }), tenfold], [tenfold, tenfold]]) {
    const { items, sink } = slowSink()
    await pipeline(Readable.from([1, 2, 3]), duplex(...parts, sink))
    const factor = 10 ** parts.filter((part) => part === tenfold).length
    t.strictSame(items, [factor, 2 * factor, 3 * factor, NaN])
  }
})

t.test('a duplex whose last part is a Writable propagates its backpressure', async (t) => {
  const stuck = new Writable({ objectMode: true, highWaterMark: 1, write: () => undefined })
  let taken = 0
  const source = Readable.from(
    (function* () {
      for (;;) yield taken++
    })(),
  )
  const writing = pipeline(source, duplex(tenfold, stuck))
  for (let turn = 0; turn < 100; turn++) await setImmediate()
  t.ok(taken < 100, `${taken} items taken`)
  source.destroy(new Error('enough'))
  await t.rejects(writing, { message: 'enough' })
  t.ok(stuck.destroyed)
})

t.test('a duplex whose last part is a Writable fails with the unchanged error of any part', async (t) => {
  const boom = new Error('boom')
  const broken = new Writable({ objectMode: true, write: (_item, _, done) => done(boom) })
  t.equal(await pipeline(Readable.from([1]), duplex(tenfold, broken)).catch((error: unknown) => error), boom)
  const thrower = map(() => {
    throw boom
  })
  const { sink } = slowSink()
  t.equal(await pipeline(Readable.from([1]), duplex(thrower, sink)).catch((error: unknown) => error), boom)
  t.ok(sink.destroyed)
  const destroyed = slowSink().sink
  const whole = duplex(tenfold, destroyed)
  whole.destroy(boom)
  t.equal(await finished(whole).catch((error: unknown) => error), boom)
  t.ok(destroyed.destroyed)
  const closesEarly = slowSink().sink
  const writing = pipeline(Readable.from([1]), duplex(tenfold, closesEarly))
  closesEarly.destroy()
  await t.rejects(writing, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test(
  "a duplex whose last part is a Writable emits no 'finish' if the Writable fails at its end",
  async (t) => {
    const boom = new Error('boom')
    const sink = new Writable({
      objectMode: true,
      final: (done) => done(boom),
      write: (_i, _e, done) => done(),
    })
    const whole = duplex(tenfold, sink)
    whole.on('error', () => undefined)
    whole.on('finish', () => t.fail("'finish'"))
    whole.end(1)
    t.equal(await finished(whole).catch((error: unknown) => error), boom)
  },
)

t.test('a duplex of a stage that ends early finishes, and accepts what is still written', async (t) => {
  const { items, sink } = slowSink()
  const whole = duplex(fence(1), sink)
  whole.write(1)
  await finished(sink)
  whole.end(2)
  await finished(whole)
  t.strictSame(items, [1, NaN])
})

t.test(
  'a duplex whose last part is a Writable, destroyed without an error, closes without one',
  async (t) => {
    for (const begun of [false, true]) {
      const { sink } = slowSink()
      const whole = duplex(tenfold, sink)
      whole.on('error', (error) => t.fail(`'error': ${error.message}`))
      if (begun) whole.write(1)
      await setImmediate()
      whole.destroy()
      await once(whole, 'close')
      t.ok(sink.destroyed)
    }
  },
)

t.test('rows into one table per key: every table is complete when the pipeline has finished', async (t) => {
  const { dir } = folder(t)
  const rows = Array.from({ length: 100 }, (_, i) => ({ key: `k${i % 7}`, i }))
  const open = (key: string): Writable => duplex(toCsv(), fileSink(join(dir, `${key}.csv`)))
  await pipeline(
    rows,
    partitionSink(({ key }: (typeof rows)[number]) => key, open),
  )
  t.equal(readdirSync(dir).length, 7)
  t.equal(readFileSync(join(dir, 'k6.csv'), 'utf8').split('\n').length, 16)
  const sink = open('k6')
  sink.write({ key: 'k6' })
  sink.on('error', () => undefined).destroy()
  await new Promise((resolve) => sink.on('close', resolve))
  t.equal(readdirSync(dir).length, 7, 'no temporary file is left')
  t.equal(readFileSync(join(dir, 'k6.csv'), 'utf8').split('\n').length, 16, 'the old file is unchanged')
})
