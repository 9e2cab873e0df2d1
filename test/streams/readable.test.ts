import { PassThrough, Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import t from 'tap'
import { chain, duplex, fence, map, merge, multicast, sourceOf } from '../../lib/index.ts'
import { collect } from '../instruments/faces.ts'
import { counting, failing } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

const sink = (): Writable =>
  new Writable({ objectMode: true, write: (_item, _encoding, callback) => callback() })
/** Collects chunks as they flow, since an async iterator would join chunks of bytes. */
async function flow(output: Readable): Promise<unknown[]> {
  const got: unknown[] = []
  output.on('data', (item) => got.push(item))
  await finished(output)
  return got
}

const listeners = (stream: Readable): unknown[] =>
  stream.eventNames().map((name) => [name, stream.listenerCount(name)])

t.test(
  'null in a stream is a NullItemError naming source and index; any other value is an item',
  async (t) => {
    const values = [undefined, 0, '', false, NaN]
    t.strictSame(await collect(chain([values, map((value) => value)(values)])), [...values, ...values])
    await t.rejects(collect(chain([[1], [2, null]])), {
      code: 'ERR_FANPIPE_NULL',
      source: 1,
      index: 1,
    })
    const slow = async function* (): AsyncGenerator<null> {
      yield null
    }
    await t.rejects(collect(chain([slow])), { code: 'ERR_FANPIPE_NULL', source: 0, index: 0 })
    await t.rejects(collect(chain([[Promise.resolve(null)]])), {
      code: 'ERR_FANPIPE_NULL',
      source: 0,
      index: 0,
    })
    const nulls = map(() => null)(Readable.from([1]) as AsyncIterable<number>)
    await t.rejects(collect(nulls), { code: 'ERR_FANPIPE_NULL', index: 0 })
  },
)

t.test(
  'a thrown primitive becomes the cause of a SourceError, since a stream cannot fail with a primitive',
  async (t) => {
    const labels = ['good', 'bad']
    await t.rejects(collect(chain([[1], failing([], 'text')], { labels })), {
      code: 'ERR_FANPIPE_SOURCE',
      source: 1,
      label: 'bad',
      cause: 'text',
      message: 'input 1 (bad) failed with "text"',
    })
    const step = map(() => {
      throw undefined
    })
    await t.rejects(collect(step(Readable.from([1]) as AsyncIterable<number>)), {
      code: 'ERR_FANPIPE_SOURCE',
      message: 'the source failed with undefined',
    })
  },
)

t.test('an error comes after the items read before it', async (t) => {
  const error = new Error('broken')
  const output = chain([failing([1, 2, 3], error)])
  const got: unknown[] = []
  output.once('readable', () => setTimeout(() => output.on('data', (item) => got.push(item)), 5))
  await t.rejects(finished(output as Readable), error)
  t.strictSame(got, [1, 2, 3])
})

for (const objectMode of [true, false]) {
  const kind = objectMode ? 'an object stream' : 'a byte stream'
  const items = objectMode ? [1, 2, 3] : [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]
  const input = (): Readable => Readable.from(items, { objectMode })

  t.test(`${kind} is passed on unchanged, and none of our listeners is left`, async (t) => {
    const stream = new Readable({ objectMode, read: () => undefined })
    for (const item of items) stream.push(item)
    stream.push(null)
    const before = listeners(stream)
    const got = await flow(chain([stream]))
    t.strictSame(got, items)
    got.forEach((item, i) => t.equal(item, items[i]))
    t.strictSame(listeners(stream), before)
  })

  t.test(`${kind} that is never reached is closed with the output`, async (t) => {
    const [first, second] = [input(), input()]
    const output = chain([first, second])
    output.destroy()
    await finished(output as Readable).catch(() => undefined)
    t.ok(first.destroyed && second.destroyed)
    t.strictSame(listeners(first), [])
  })

  t.test(`${kind} that is destroyed before its end fails with a premature close`, async (t) => {
    const stream = new Readable({ objectMode, read: () => undefined })
    setTimeout(() => stream.destroy(), 2)
    await t.rejects(collect(chain([stream])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })

  t.test(
    `${kind} that has already failed, ended or been destroyed when it is passed in is treated accordingly`,
    async (t) => {
      const error = new Error('before')
      const failed = input()
      failed.once('error', () => undefined).destroy(error)
      await t.rejects(collect(chain([failed])), error)
      t.strictSame(sourceOf(error), [{ index: 0, label: undefined }])
      const closed = input().destroy()
      await new Promise(setImmediate)
      await t.rejects(collect(chain([closed])), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
      const ended = input()
      await collect(ended)
      t.strictSame(await collect(chain([ended])), [])
      const ending = new PassThrough({ objectMode })
      ending.end()
      t.strictSame(await collect(chain([ending])), [])
    },
  )

  t.test(`${kind} delivers what it has buffered before its error`, async (t) => {
    const error = new Error('broken')
    const stream = new Readable({ objectMode, read: () => undefined })
    for (const item of items) stream.push(item)
    const output = chain([stream])
    setTimeout(() => stream.destroy(error), 2)
    const got: unknown[] = []
    output.on('data', (item) => got.push(item))
    await t.rejects(finished(output as Readable), error)
    t.strictSame(got, items)
    t.strictSame(listeners(stream), [])
  })
}

t.test('bytes that are read only after the error has occurred still come before it', async (t) => {
  const error = new Error('broken')
  const stream = new Readable({ read: () => undefined })
  for (const text of ['ab', 'cd', 'ef']) stream.push(text)
  const output = chain([stream], { highWaterMark: 1 })
  output.once('readable', () => stream.destroy(error))
  await new Promise((resolve) => setTimeout(resolve, 5))
  const got: unknown[] = []
  output.on('data', (chunk) => got.push(chunk))
  await t.rejects(finished(output as Readable), error)
  t.equal(Buffer.concat(got as Buffer[]).toString(), 'abcdef')
})

t.test('a Duplex is done when its readable side is, whatever the state of its writable side', async (t) => {
  const half = new PassThrough({ objectMode: true, allowHalfOpen: true })
  half.push(1)
  half.push(null)
  t.strictSame(await collect(chain([half])), [1])
})

t.test('a stream that never emits a close event is not waited for', async (t) => {
  const quiet = new Readable({ objectMode: true, emitClose: false, read: () => undefined })
  const output = chain([quiet])
  const error = new Error('broken')
  setTimeout(() => quiet.destroy(error), 2)
  await t.rejects(collect(output), error)
  const other = new Readable({ objectMode: true, emitClose: false, read: () => undefined })
  const left = chain([other])
  left.destroy()
  await finished(left as Readable).catch(() => undefined)
  t.equal(other.destroyed, true)
})

t.test(
  'an error of a stream while it is being closed is a close fault, and no unhandled error',
  async (t) => {
    const deaf = new Readable({
      objectMode: true,
      read: () => undefined,
      destroy: (_error, callback) => setTimeout(callback, 1, new Error('late')),
    })
    const output = chain([deaf])
    output.resume()
    await new Promise(setImmediate)
    output.destroy()
    await t.rejects(finished(output as Readable), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    t.equal(deaf.closed, true)
  },
)

t.test('2,000 inputs and one signal shared by 50 junctions cause no warnings', async (t) => {
  const warnings: unknown[] = []
  const hear = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', hear)
  const many = Array.from({ length: 2000 }, (_, i) => Readable.from([i]))
  t.equal((await collect(merge(many))).length, 2000)
  const { signal } = new AbortController()
  const outputs = Array.from({ length: 50 }, () => chain([[1]], { signal }))
  t.equal((await Promise.all(outputs.map((output) => collect(output)))).length, 50)
  await new Promise(setImmediate)
  process.off('warning', hear)
  t.strictSame(warnings, [])
})

t.test('timers run during a million synchronous items', async (t) => {
  let fired = 0
  const timer = setInterval(() => fired++, 1)
  await pipeline(chain([Array.from({ length: 1_000_000 }, (_, i) => i)]), sink())
  clearInterval(timer)
  t.ok(fired > 0)
})

t.test('a failing sink closes the inputs of a pipeline', async (t) => {
  const stream = Readable.from(counting().source)
  const error = new Error('disk full')
  const full = new Writable({ objectMode: true, write: (_item, _encoding, callback) => callback(error) })
  await t.rejects(pipeline(chain([stream]), fence(1000), full), error)
  await new Promise(setImmediate)
  t.equal(stream.destroyed, true)
})

t.test('a destroyed duplex fails later writes, and leaves nothing open', async (t) => {
  const through = duplex(map((n: number) => n))
  const writing = pipeline(Readable.from(counting().source), through)
  setTimeout(() => through.destroy(), 2)
  await t.rejects(writing, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

t.test('destroying every branch closes the source of a multicast', async (t) => {
  const stream = Readable.from(counting().source)
  const branches = multicast(stream, 2)
  for (const branch of branches) branch.destroy()
  await Promise.all(branches.map((branch) => finished(branch as Readable).catch(() => undefined)))
  t.equal(stream.destroyed, true)
})

t.test('breaking out of a loop over a Readable reports close faults in a warning', async (t) => {
  const many = Array.from({ length: 100 }, (_, i) => i)
  async function* throwing() {
    try {
      yield* many
    } finally {
      throw new Error('shut')
    }
  }
  const outputs: [Readable, string][] = [
    [chain([failing([], new Error('late')), many], { errors: 'delay' }), 'delayed error: late'],
    [chain([throwing()]), 'error while closing: shut'],
  ]
  for (const [output, message] of outputs) {
    const warning = closeWarning()
    for await (const item of output) if (item === 20) break
    t.match(await warning, { message })
  }
})
