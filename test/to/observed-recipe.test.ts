import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { chain, fence, map, merge, multicast, sourceOf } from '../../lib/index.ts'
import { drained } from '../instruments/drain.ts'
import { counting, failing, recording } from '../instruments/sources.ts'

const sink = (items: unknown[] = []): Writable =>
  new Writable({ objectMode: true, write: (item, _, done) => done(void items.push(item)) })
const same = map((item: unknown) => item)

/** Logs the events of a stream, in order. */
function heard(stream: Readable): string[] {
  const events: string[] = []
  for (const event of ['end', 'error', 'close']) stream.on(event, () => events.push(event))
  return events
}

t.test('an output that is read through a stage also ends for its own listeners', async (t) => {
  for (const make of [() => merge([[1, 3], [2]]), () => multicast([1, 2, 3], 1)[0]]) {
    const readable = make()
    const events = heard(readable)
    const ended = finished(readable as Readable)
    const items: unknown[] = []
    await pipeline(readable, same, sink(items))
    await t.resolves(ended)
    t.strictSame(items, [1, 2, 3])
    t.strictSame(events, ['end', 'close'])
    t.ok(readable.readableEnded && readable.destroyed)
  }
})

t.test('it also fails for its own listeners, with the same error, after the items before it', async (t) => {
  const boom = new Error('boom')
  const readable = chain([[0], failing([1, 2], boom)])
  const events = heard(readable)
  const { items, error } = await drained(same(readable))
  t.strictSame(items, [0, 1, 2])
  t.equal(error, boom)
  t.equal(readable.errored, boom)
  t.strictSame(events, ['error', 'close'])
  t.strictSame(sourceOf(boom), [{ index: 1, label: undefined }])

  const unopened = chain([() => failing([], 'text')])
  unopened.on('close', () => undefined)
  t.match((await drained(async.map((item: unknown) => item)(unopened))).error, 'text')
  t.equal(unopened.errored, null, 'there is no error listener')

  const refused = merge([[1], () => 5 as never])
  const told = once(refused, 'error')
  const failure = pipeline(refused, same, sink())
  await t.rejects(failure, { code: 'ERR_FANPIPE_ARGUMENT' })
  t.match((await told)[0], { code: 'ERR_FANPIPE_ARGUMENT' })
})

t.test('closed before its end, it closes for its listeners, and so do its inputs', async (t) => {
  const { async: input, record } = recording([1, 2, 3, 4])
  const readable = chain([input])
  const events = heard(readable)
  const items: unknown[] = []
  await pipeline(readable, fence(2), sink(items))
  t.strictSame(items, [1, 2])
  if (!readable.closed) await once(readable, 'close')
  t.strictSame(events, ['close'])
  t.equal(record.closed, 1)
})

t.test('destroyed from outside, it fails its reader, once', async (t) => {
  for (const error of [new Error('boom'), undefined]) {
    const readable = chain([counting().source])
    const events = heard(readable)
    const running = pipeline(
      readable,
      map((n: number) => {
        if (n === 100) readable.destroy(error)
        return n
      }),
      sink(),
    )
    await t.rejects(running, error ?? { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    t.strictSame(events, error === undefined ? ['close'] : ['error', 'close'])
  }
})

t.test('destroyed before it is opened, it fails its later reader', async (t) => {
  const boom = new Error('boom')
  const readable = chain([[1]])
  const events = heard(readable)
  const chained = chain([readable])
  readable.destroy(boom)
  t.equal((await drained(chained)).error, boom)
  t.strictSame(events, ['error', 'close'])
})

t.test('an output that is already being read is refused as an input', async (t) => {
  const readable = chain([[1, 2, 3]])
  const items: unknown[] = []
  readable.on('data', (item) => items.push(item))
  t.throws(() => chain([readable]), { code: 'ERR_FANPIPE_ARGUMENT' })
  await finished(readable as Readable)
  t.strictSame(items, [1, 2, 3])
})

t.test('an output with an encoding, or with items put back, is read as a stream', async (t) => {
  const bytes = (): Readable => Readable.from([Buffer.from('hé')], { objectMode: false })
  const text = chain([bytes()]).setEncoding('utf8')
  t.strictSame(await same(text).toArray(), ['hé'])
  const [branch, other] = multicast(bytes(), 2)
  branch.setEncoding('hex')
  t.strictSame(await Promise.all([same(branch).toArray(), other.toArray()]), [
    ['68c3a9'],
    [Buffer.from('hé')],
  ])
  const begun = chain([[2, 3]])
  begun.unshift(1)
  t.strictSame(await chain([begun, [4]]).toArray(), [1, 2, 3, 4])
})

t.test('the error it is destroyed with arrives after the items that its reader still holds', async (t) => {
  const boom = new Error('boom')
  const readable = chain([[0, 1, 2, 3, 4, 5]])
  const events = heard(readable)
  const [a, b] = multicast(readable, 2)
  const ahead: unknown[] = []
  const failed = finished(a as Readable).catch((error: unknown) => error)
  a.on('data', (item) => {
    ahead.push(item)
    if (item === 4) readable.destroy(boom)
  })
  t.equal(await failed, boom)
  t.strictSame(ahead, [0, 1, 2, 3, 4])
  const behind = await drained(b)
  t.strictSame(behind.items, [0, 1, 2, 3, 4])
  t.equal(behind.error, boom)
  t.strictSame(events, ['error', 'close'])
})

t.test('a failure of an inner stream reaches the listeners of every stream in between', async (t) => {
  const boom = new Error('boom')
  const leaf = chain([counting().source])
  const between = same(leaf) as unknown as Readable
  const told = finished(between).catch((error: unknown) => error)
  const output = chain([between])
  output.once('data', () => leaf.destroy(boom))
  t.equal(await finished(output as Readable).catch((error: unknown) => error), boom)
  t.equal(await told, boom)
})

t.test('an output that is read after it was passed on is not opened a second time', async (t) => {
  let opened = 0
  const touches: ((stream: Readable) => unknown)[] = [
    (stream) => stream.read(),
    (stream) => stream.resume(),
    (stream) => stream.on('data', () => undefined),
  ]
  for (const listen of [true, false]) {
    for (const touch of touches) {
      opened = 0
      const readable = chain([
        () => {
          opened++
          return [1, 2, 3]
        },
      ])
      if (listen) readable.on('close', () => undefined)
      const output = chain([readable])
      const items = output.toArray()
      touch(readable)
      t.strictSame(await items, [1, 2, 3])
      t.equal(opened, 1)
    }
  }
})

t.test('close() of a multicast is not a clean end for the reader of a branch', async (t) => {
  for (const listen of [true, false]) {
    const branches = multicast(counting().source, 2, { maxlen: 4 })
    const events = listen ? heard(branches[0]) : []
    const output = chain([branches[0]])
    const failed = finished(output as Readable).catch((error: unknown) => error)
    output.resume()
    await new Promise(setImmediate)
    await branches.close()
    t.match(await failed, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    t.notOk(events.includes('end'))
  }
})

t.test('a thousand nested junctions, each with a listener, can be read', async (t) => {
  let readable = chain([[1, 2]])
  for (let i = 0; i < 1000; i++) {
    readable.on('error', () => undefined)
    readable = merge([readable])
  }
  t.strictSame(await readable.toArray(), [1, 2])
})
