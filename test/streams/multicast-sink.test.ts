import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { chain, multicast, multicastSink } from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { counting } from '../instruments/sources.ts'

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3))

t.test('multicastSink: every item written, and the end, reach every branch', async (t) => {
  const sink = multicastSink(2, { maxlen: 3, highWaterMark: 2 })
  const both = Promise.all(sink.branches.map((branch) => collect(branch)))
  const items = Array.from({ length: 50 }, (_, i) => i)
  await pipeline(chain([items]), sink)
  t.strictSame(await both, [items, items])
  t.ok(sink.stats().every(({ peak, done }) => peak <= 3 && done))
})

t.test('multicastSink: in byte mode chunks are passed on uncopied, and maxlen counts bytes', async (t) => {
  const sink = multicastSink(2, { objectMode: false, maxlen: 4 })
  const chunks = ['ab', 'cd', 'ef'].map((text) => Buffer.from(text))
  const both = Promise.all(sink.branches.map((branch) => collect<Buffer>(branch)))
  const source = new Readable({ read: () => undefined })
  for (const chunk of chunks) source.push(chunk)
  source.push(null)
  await pipeline(source, sink)
  for (const got of await both) t.equal(Buffer.concat(got).toString(), 'abcdef')
})

t.test('multicastSink: without branches it blocks', async (t) => {
  const sink = multicastSink(0)
  let written = false
  sink.write(1, () => (written = true))
  await soon()
  t.equal(written, false)
  await sink.close()
})

t.test('multicastSink: when its last branch leaves, the pipeline fails with a premature close', async (t) => {
  const sink = multicastSink(2)
  setTimeout(() => sink.branches.forEach((branch) => branch.destroy()), 3)
  await t.rejects(pipeline(Readable.from(counting().source), sink), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test(
  'multicastSink: an upstream error reaches every branch, and so does destroying the sink',
  async (t) => {
    const error = new Error('broken')
    const sink = multicastSink(2)
    const both = sink.branches.map((branch) => t.rejects(collect(branch), error))
    const broken = chain([
      (function* () {
        yield 1
        throw error
      })(),
    ])
    await t.rejects(pipeline(broken, sink), error)
    await Promise.all(both)
    const destroyed = multicastSink(1)
    const reading = t.rejects(collect(destroyed.branches[0]), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    await soon()
    destroyed.destroy()
    await reading
  },
)

t.test("multicastSink: an overflow under 'fail' fails the pipeline as well", async (t) => {
  const sink = multicastSink(2, { maxlen: 2, overflow: 'fail' })
  const wanted = { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, lag: 2, maxlen: 2 }
  const fast = t.rejects(collect(sink.branches[0]), wanted)
  sink.branches[1]?.on('error', () => undefined)
  await t.rejects(pipeline(Readable.from(counting().source), sink), wanted)
  await fast
})

t.test('T1: on Readables the fastest branch leads by exactly maxlen, its buffers included', async (t) => {
  for (const maxlen of [1, 2, 3, 7, 64, 1000]) {
    const [fast, slow] = multicast(Readable.from(counting().source), 2, { maxlen })
    let got = 0
    fast.on('data', () => got++)
    slow.on('readable', () => undefined)
    await soon()
    t.equal(got, maxlen)
    t.equal(fast.readableFlowing, true)
    t.equal(slow.read(), 0)
    await soon()
    t.equal(got, maxlen + 1)
    fast.destroy()
    slow.destroy()
  }
})

t.test("T1: with 'fail' and maxlen 1 branches that are read in step never overflow", async (t) => {
  const branches = multicast(counting().source, 2, { maxlen: 1, overflow: 'fail' })
  const [a, b] = branches.map((branch) =>
    branch[Symbol.asyncIterator](),
  ) as unknown as AsyncIterator<number>[]
  for (let i = 0; i < 50; i++) {
    t.equal((await a?.next())?.value, i)
    t.equal((await b?.next())?.value, i)
  }
  await branches.close()
})

t.test('T1: in byte mode a branch below its limit accepts one chunk of any size', async (t) => {
  const chunk = Buffer.alloc(10)
  const [fast, slow] = multicast(
    new Readable({
      read() {
        this.push(chunk)
      },
    }),
    2,
    { maxlen: 25 },
  )
  let bytes = 0
  fast.on('data', (data: Buffer) => {
    t.equal(data, chunk)
    bytes += data.length
  })
  await soon()
  t.equal(bytes, 30)
  t.ok(slow.readableObjectMode === false)
  fast.destroy()
  slow.destroy()
})

t.test('multicast: an abort fails every branch', async (t) => {
  const controller = new AbortController()
  const branches = multicast(counting().source, 2, { signal: controller.signal, maxlen: 4 })
  const [a, b] = branches.map((branch) =>
    branch[Symbol.asyncIterator](),
  ) as unknown as AsyncIterator<number>[]
  await a?.next()
  await b?.next()
  controller.abort('enough')
  for (const branch of [a, b])
    await t.rejects(async () => void (await branch?.next()), { name: 'AbortError', cause: 'enough' })
})
