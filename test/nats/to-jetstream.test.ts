import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import t from 'tap'
import { fromJetStream, toJetStream, type ToJetStreamOptions } from '../../lib/nats.ts'
import {
  beforeRequests,
  byNumber,
  range,
  startJetStream,
  texts,
  unusedConnection,
  until,
  write,
} from '../instruments/nats.ts'

const { skip, server, nc, jsm, stream } = await startJetStream(t)
const stored = async (name: string): Promise<string[]> =>
  await texts(fromJetStream(nc, { stream: name, until: 'last-at-start' }))
/** What the client reports when no stream answers for a subject. */
const notEnabled = () => Object.assign(new Error('not enabled'), { name: 'JetStreamNotEnabled' })

/** Creates a stream that holds at most `messages` messages, with one consumer per name. */
const full = async (max_msgs: number, names: readonly string[] = []): Promise<string> => {
  const name = await stream(0, {
    max_msgs,
    discard: 'new',
    retention: names.length > 0 ? 'interest' : 'limits',
  })
  for (const durable_name of names) await jsm.consumers.add(name, { durable_name, ack_policy: 'explicit' })
  return name
}

t.test('text and bytes are published unchanged, other values as JSON', { skip }, async (t) => {
  const name = await stream()
  const items = ['a', new TextEncoder().encode('b'), { c: 1 }, [2], 3, true]
  await pipeline(items, toJetStream(nc, { subject: `${name}.x` }))
  t.strictSame(await stored(name), ['a', 'b', '{"c":1}', '[2]', '3', 'true'])
})

t.test(
  'a message that was read is published as its data; any kind of bytes is published unchanged',
  { skip },
  async (t) => {
    const [from, to] = [await stream(3), await stream()]
    const source = fromJetStream(nc, { stream: from, until: 'last-at-start' })
    await pipeline(source, toJetStream(nc, { subject: `${to}.x` }))
    const { buffer } = Uint8Array.of(97, 98)
    await pipeline([buffer, new DataView(buffer, 1)], toJetStream(nc, { subject: `${to}.x` }))
    t.strictSame(await stored(to), ['1', '2', '3', 'ab', 'b'])
  },
)

t.test('the error for an item that cannot be published says where and why', { skip }, async (t) => {
  const name = await stream(0, { max_msg_size: 100 })
  const subject = `${name}.x`
  const errors: readonly [unknown, RegExp][] = [
    [1n, /^an item must be text, bytes or a value with a JSON, not 1n: .*BigInt/],
    [undefined, /^an item must be text, bytes or a value with a JSON, not undefined$/],
    ['x'.repeat(2 ** 20 + 1), new RegExp(`^subject ${subject}: .*max_payload`)],
    ['x'.repeat(101), new RegExp(`^subject ${subject}: message size exceeds`)],
  ]
  for (const [item, message] of errors) t.match(await write(toJetStream(nc, { subject }), item), { message })
})

t.test('a reply that does not come from a stream is not an acknowledgement', { skip }, async (t) => {
  const service = nc.subscribe('service', { callback: (_, message) => void message.respond('{"ok":true}') })
  t.match(await write(toJetStream(nc, { subject: 'service' }), 'a'), {
    code: 'ERR_FANPIPE_ARGUMENT',
    argument: 'subject',
  })
  service.unsubscribe()
})

t.test(
  'if it is destroyed while the server does not respond, its pending write fails at once',
  { skip },
  async (t) => {
    const silent = Object.assign(Object.create(nc) as NatsConnection, {
      request: () => new Promise(() => undefined),
    })
    const sink = toJetStream(silent, { subject: 'a' })
    const written = write(sink, 'a')
    await nc.flush()
    sink.destroy()
    t.match(await written, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  },
)

t.test('the callback of a write is called after the acknowledgement of the server', { skip }, async (t) => {
  const name = await stream()
  const sink = toJetStream(nc, { subject: `${name}.x` })
  for (const count of [1, 2, 3]) {
    t.equal(sink.write('item'), false, 'one at a time')
    await once(sink, 'drain')
    t.equal((await jsm.streams.info(name)).state.messages, count)
  }
  sink.destroy()
})

t.test('the subject can be computed from the item', { skip }, async (t) => {
  const name = await stream()
  const subject = (item: { to: string }): string => `${name}.${item.to}`
  await pipeline([{ to: 'a' }, { to: 'b' }, { to: 'a' }], toJetStream<{ to: string }>(nc, { subject }))
  const a = fromJetStream(nc, { stream: name, filter: `${name}.a`, until: 'last-at-start' })
  t.equal((await texts(a)).length, 2)
})

t.test('a message whose id is already stored is dropped', { skip }, async (t) => {
  const name = await stream()
  const options = { subject: `${name}.x`, msgId: (item: string) => item }
  await pipeline(['a', 'b', 'a'], toJetStream<string>(nc, options))
  await pipeline(['b', 'c'], toJetStream<string>(nc, options))
  t.strictSame(await stored(name), ['a', 'b', 'c'])
})

t.test(
  'with a window of 1 the order is kept, even if messages are refused repeatedly',
  { skip },
  async (t) => {
    const name = await full(4, ['reader'])
    const reading = texts(fromJetStream(nc, { stream: name, durable: 'reader', until: 60, highWaterMark: 2 }))
    await pipeline(Readable.from(range(1, 60)), toJetStream(nc, { subject: `${name}.x` }))
    t.strictSame(await reading, range(1, 60))
  },
)

t.test('a larger window publishes concurrently, and loses nothing', { skip }, async (t) => {
  const name = await full(4, ['reader'])
  const reading = texts(fromJetStream(nc, { stream: name, durable: 'reader', until: 60, highWaterMark: 2 }))
  const sink = toJetStream(nc, { subject: `${name}.x`, highWaterMark: 8, ordered: false })
  t.equal(sink.writableHighWaterMark, 8)
  await pipeline(Readable.from(range(1, 60)), sink)
  t.strictSame((await reading).toSorted(byNumber), range(1, 60))
})

t.test('a refused message causes backpressure until there is room', { skip }, async (t) => {
  const name = await full(2, ['reader'])
  const sink = toJetStream(nc, { subject: `${name}.x` })
  for (const item of ['1', '2']) await write(sink, item)
  const third = write(sink, '3')
  let isStored = false
  void third.then(() => (isStored = true))
  t.equal(sink.writableNeedDrain, true)
  const source = fromJetStream(nc, { stream: name, durable: 'reader', until: 3 }).iterator()
  await source.next()
  await nc.flush()
  t.equal((await jsm.streams.info(name)).state.messages, 2)
  t.equal(isStored, false)
  await source.next()
  t.equal(await third, undefined)
  await source.return?.()
})

t.test('a refused message is published again at growing intervals', { skip }, async (t) => {
  const name = await full(1)
  let attempts = 0
  const counted = beforeRequests(nc, () => attempts++)
  const sink = toJetStream(counted, { subject: `${name}.x` })
  await write(sink, '1')
  const second = write(sink, '2')
  await new Promise((resolve) => setTimeout(resolve, 400))
  t.ok(attempts >= 4 && attempts <= 10, `${attempts} attempts in 0.4 s`)
  t.equal(sink.write('3'), false)
  await jsm.streams.purge(name)
  t.equal(await second, undefined)
  sink.destroy()
})

t.test('if it is destroyed while waiting for room, it stops at once', { skip }, async (t) => {
  const name = await full(1)
  const stop = new AbortController()
  const sink = toJetStream(nc, { subject: `${name}.x`, signal: stop.signal })
  t.equal(await write(sink, '1'), undefined)
  const second = write(sink, '2')
  stop.abort('enough')
  t.match(await second, { name: 'AbortError', cause: 'enough' })
  t.equal((await jsm.streams.info(name)).state.messages, 1)
})

t.test('a write that is pending when the Writable is destroyed fails', { skip }, async (t) => {
  const waiting = toJetStream(nc, { subject: `${await full(1)}.x` })
  await write(waiting, '1')
  const second = write(waiting, '2')
  await nc.flush()
  waiting.destroy()
  t.match(await second, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  const other = await server.connect()
  const sink = toJetStream(other, { subject: `${await stream()}.x` })
  const first = write(sink, '1')
  sink.destroy(new Error('enough'))
  await other.close()
  t.match(await first, { message: 'enough' })
})

t.test('with a larger window, a refused message may be stored after later ones', { skip }, async (t) => {
  const name = await stream()
  let isFirst = true
  const refusing = beforeRequests(nc, () => {
    if (!isFirst) return
    isFirst = false
    throw Object.assign(new Error('full'), { code: 10077 })
  })
  const items = range(1, 9)
  for (const highWaterMark of [1, 8]) {
    isFirst = true
    const options = { subject: `${name}.x`, highWaterMark, ordered: highWaterMark === 1 }
    const sink = toJetStream(refusing, options)
    sink.cork()
    for (const item of items) sink.write(item)
    sink.uncork()
    sink.end()
    await once(sink, 'finish')
    const found = await stored(name)
    t.strictSame(found.toSorted(), items)
    if (highWaterMark === 1) t.strictSame(found, items)
    else t.not(found[0], '1')
    await jsm.streams.purge(name)
  }
})

t.test("overflow: 'fail' names the consumer furthest behind", { skip }, async (t) => {
  const name = await full(3, ['quick', 'slow'])
  const sink = toJetStream(nc, { subject: `${name}.x`, overflow: 'fail' })
  for (const item of ['1', '2', '3']) t.equal(await write(sink, item), undefined)
  const quick = fromJetStream(nc, { stream: name, durable: 'quick', until: 2 })
  await texts(quick)
  const error = await write(sink, '4')
  t.match(error, { code: 'ERR_FANPIPE_OVERFLOW', branch: 1, consumer: 'slow', lag: 3, maxlen: 3 })
  t.equal(
    error?.message,
    'consumer slow cannot keep up: it is 3 behind the newest message, and maxlen is 3: let it acknowledge faster, or raise maxlen',
  )
})

t.test(
  "overflow: 'fail' on a stream without consumers fails with the error of the client",
  { skip },
  async (t) => {
    const name = await full(1)
    const sink = toJetStream(nc, { subject: `${name}.x`, overflow: 'fail' })
    await write(sink, '1')
    t.match(await write(sink, '2'), { name: 'JetStreamApiError', code: 10077 })
  },
)

t.test("overflow: 'fail' names no consumer if none can make room", { skip }, async (t) => {
  const kept = await stream(2, { max_msgs: 2, discard: 'new' })
  await texts(fromJetStream(nc, { stream: kept, durable: 'reader', until: 2 }))
  const bytes = await stream(0, { max_bytes: 200, discard: 'new', retention: 'interest' })
  await jsm.consumers.add(bytes, { durable_name: 'reader', ack_policy: 'explicit' })
  for (const [name, reason] of [
    [kept, 'maximum messages exceeded'],
    [bytes, 'maximum bytes exceeded'],
  ] as const) {
    const sink = toJetStream(nc, { subject: `${name}.x`, overflow: 'fail' })
    let error: Error | undefined
    while (error === undefined) error = await write(sink, 'x'.repeat(60))
    t.match(error, { name: 'JetStreamApiError', code: 10077 })
    t.match(error.message, new RegExp(`^subject ${name}.x: ${reason}; `))
  }
})

t.test('a message that the stream can never hold is an error at once', { skip }, async (t) => {
  for (const overflow of ['block', 'fail'] as const) {
    const name = await stream(1, { max_bytes: 100, discard: 'new' })
    const sink = toJetStream(nc, { subject: `${name}.x`, overflow })
    const error = await write(sink, 'x'.repeat(100))
    t.equal(
      error?.message,
      `subject ${name}.x: maximum bytes exceeded; the message alone takes ${102 + name.length} bytes or more, ` +
        `and stream ${name} holds at most 100: raise its max_bytes`,
    )
    t.match(error, { code: 10077 })
  }
})

t.test('a message that the stream can hold waits until it has the bytes', { skip }, async (t) => {
  const name = await stream(1, { max_bytes: 100, discard: 'new' })
  let attempts = 0
  const counted = beforeRequests(nc, async () => {
    if (++attempts === 6) await jsm.streams.purge(name)
  })
  const sink = toJetStream(counted, { subject: `${name}.x` })
  t.equal(await write(sink, 'x'.repeat(70)), undefined)
  t.ok(attempts >= 6)
})

t.test("an item's message is checked when it is written", { skip }, async (t) => {
  const name = await stream()
  const failing: readonly [string, ToJetStreamOptions<unknown>, unknown][] = [
    ['an item', { subject: `${name}.x` }, () => 1],
    ['subject', { subject: () => `${name}.*` }, 1],
    ['subject', { subject: 'stored.nowhere' }, 1],
    ['subject', { subject: () => `${name}.${'x'.repeat(4000)}` }, 1],
    ['msgId', { subject: `${name}.x`, msgId: () => '' }, 1],
    ['msgId', { subject: `${name}.x`, msgId: () => 'a\nb' }, 1],
  ]
  for (const [argument, options, item] of failing)
    t.match(await write(toJetStream(nc, options), item), { code: 'ERR_FANPIPE_ARGUMENT', argument })
  t.strictSame(await stored(name), [])
})

t.test('closing the connection fails the Writable', { skip }, async (t) => {
  const name = await stream()
  const other = await server.connect()
  await other.close()
  t.match(await write(toJetStream(other, { subject: `${name}.x` }), '1'), { name: 'ClosedConnectionError' })
})

t.test('a server that is killed and restarted is waited for', { skip }, async (t) => {
  const name = await stream()
  const sink = toJetStream<string>(nc, { subject: `${name}.x`, msgId: (item) => item })
  await write(sink, '1')
  await server.kill()
  const second = write(sink, '2')
  await server.restart()
  t.equal(await second, undefined)
  t.strictSame(await stored(name), ['1', '2'])
  await until(() => !sink.writableNeedDrain)
})

t.test('an outage that lasts too long fails with the error of the client', { skip }, async (t) => {
  const name = await stream()
  let isLost = false
  const lost = beforeRequests(nc, () => {
    if (isLost) throw notEnabled()
  })
  const sink = toJetStream(lost, { subject: `${name}.x` })
  await write(sink, '1')
  isLost = true
  const { now } = performance
  t.teardown(() => (performance.now = now))
  let time = 0
  performance.now = () => (time += 25_000)
  t.match(await write(sink, '2'), { message: `subject ${name}.x: not enabled` })
})

t.test(
  'a message that no stream answers for is published again while the stream exists',
  { skip },
  async (t) => {
    const name = await stream()
    let attempts = 0
    const flaky = beforeRequests(nc, (subject) => {
      if (subject === `${name}.x` && ++attempts === 2) throw notEnabled()
    })
    const sink = toJetStream(flaky, { subject: `${name}.x` })
    t.strictSame([await write(sink, '1'), await write(sink, '2')], [undefined, undefined])
    t.equal(attempts, 3)
    t.equal((await jsm.streams.info(name)).state.messages, 2)
  },
)

t.test('a stream that was deleted is an error at once', { skip }, async (t) => {
  const name = await stream()
  const sink = toJetStream(nc, { subject: `${name}.x` })
  await write(sink, '1')
  await jsm.streams.delete(name)
  t.match(await write(sink, '2'), {
    code: 10059,
    message: `subject ${name}.x: no stream matches subject; create it first`,
  })
})

t.test('waiting for room does not count as an outage', { skip }, async (t) => {
  const name = await full(1)
  let attempts = 0
  const lost = beforeRequests(nc, async () => {
    if (++attempts === 4) throw Object.assign(new Error('timeout'), { name: 'TimeoutError' })
    if (attempts === 5) await jsm.streams.purge(name)
  })
  const sink = toJetStream(lost, { subject: `${name}.x` })
  await write(sink, '1')
  const { now } = performance
  t.teardown(() => (performance.now = now))
  let time = 0
  performance.now = () => (time += 25_000)
  t.equal(await write(sink, '2'), undefined)
  t.equal(attempts, 5)
})

const refused: readonly [string, unknown, unknown?][] = [
  ['nc', { subject: 'a' }, {}],
  ['options', 7],
  ['subject', {}],
  ['subject', { subject: 'a.*' }],
  ['msgId', { subject: 'a', msgId: 'id' }],
  ['highWaterMark', { subject: 'a', highWaterMark: 0, ordered: false }],
  ['highWaterMark', { subject: 'a', highWaterMark: 2 }],
  ['ordered', { subject: 'a', ordered: 1 }],
  ['overflow', { subject: 'a', overflow: 'detach' }],
  ['maxlen', { subject: 'a', maxlen: 1 }],
]
for (const [argument, options, given] of refused) {
  t.test(`${argument} is refused at the call: ${JSON.stringify(options)}`, async (t) => {
    const connection = (given ?? unusedConnection) as NatsConnection
    t.throws(() => toJetStream(connection, options as ToJetStreamOptions<unknown>), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument,
    })
  })
}
