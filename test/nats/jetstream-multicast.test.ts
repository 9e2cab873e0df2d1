import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import t from 'tap'
import { jetStreamMulticast, type JetStreamMulticastOptions } from '../../lib/nats.ts'
import {
  beforeRequests,
  range,
  startJetStream,
  startProgram,
  texts,
  unusedConnection,
  until,
  write,
} from '../instruments/nats.ts'

const { skip, server, nc, jsm, stream: limitsStream } = await startJetStream(t)
let streams = 0
const hubOf = (n: number | readonly string[], options: Partial<JetStreamMulticastOptions> = {}) => {
  const stream = `M${++streams}`
  return { stream, hub: jetStreamMulticast(nc, n, { stream, ...options }) }
}
/** Wraps the connection to run an action before each request of a kind. */
const before = (kind: string, action: () => Promise<unknown>): NatsConnection =>
  beforeRequests(nc, (subject) => (subject.includes(kind) ? action() : undefined))

t.test('every branch receives every item, in order', { skip }, async (t) => {
  const { hub } = hubOf(3, { maxlen: 5 })
  t.strictSame(hub.names, ['branch-0', 'branch-1', 'branch-2'])
  const read = hub.names.map((_, i) => texts(hub.branch(i, { until: 50 })))
  await pipeline(Readable.from(range(1, 50)), hub.writable())
  t.strictSame(await Promise.all(read), Array(3).fill(range(1, 50)))
})

t.test(
  'nothing is created before the first demand, and then all branches before the first message',
  { skip },
  async (t) => {
    const { stream, hub } = hubOf(['mail', 'archive'])
    const branch = hub.branch('archive', { until: 'last-at-start' })
    const sink = hub.writable()
    await nc.flush()
    await t.rejects(jsm.streams.info(stream), { name: 'StreamNotFoundError' })
    t.equal(await write(sink, 'a'), undefined)
    t.strictSame(await hub.stats(), [
      { name: 'mail', lag: 1, inFlight: 0, done: false },
      { name: 'archive', lag: 1, inFlight: 0, done: false },
    ])
    t.strictSame(await texts(branch), ['a'], 'a branch that is read later receives the item')
    t.strictSame(
      (await hub.stats()).map(({ lag }) => lag),
      [1, 0],
    )
    const { config, state } = await jsm.streams.info(stream)
    t.match(config, {
      retention: 'interest',
      discard: 'new',
      max_msgs: 1024,
      max_bytes: -1,
      subjects: [stream],
    })
    t.equal(state.messages, 1, 'stored for the branch that has not read it')
  },
)

t.test('nothing can be published until all branches exist', { skip }, async (t) => {
  const { stream } = hubOf(3)
  const created: [number, boolean][] = []
  const connection = before('CONSUMER', async () => {
    const isStored = await jsm
      .jetstream()
      .publish(stream, 'too early')
      .then(
        () => true,
        () => false,
      )
    created.push([(await jsm.consumers.list(stream).next()).length, isStored])
  })
  const hub = jetStreamMulticast(connection, 3, { stream })
  t.equal(await write(hub.writable(), 'a'), undefined)
  t.strictSame(created, [
    [0, false],
    [1, false],
    [2, false],
  ])
  t.strictSame(
    (await jsm.consumers.list(stream).next()).map(({ num_pending }) => num_pending),
    [1, 1, 1],
  )
})

t.test('any number of processes may create the same multicast concurrently', { skip }, async (t) => {
  const { stream } = hubOf(2)
  const hubs = await Promise.all(
    Array.from({ length: 5 }, async () => jetStreamMulticast(await server.connect(), 2, { stream })),
  )
  const all = await Promise.all(hubs.map((hub) => hub.stats()))
  for (const stats of all)
    t.strictSame(
      stats.map(({ lag, done }) => [lag, done]),
      Array(2).fill([0, false]),
    )
})

t.test('a second process uses what the first has created', { skip }, async (t) => {
  const { stream, hub } = hubOf(2)
  const late = jetStreamMulticast(
    before('STREAM.CREATE', () => hub.stats()),
    2,
    { stream },
  )
  t.equal((await late.stats()).length, 2)
  t.strictSame((await jsm.streams.info(stream)).config.subjects, [stream])
})

t.test('a write waits while the slowest branch is maxlen behind', { skip }, async (t) => {
  const { stream, hub } = hubOf(['quick', 'slow'], { maxlen: 4 })
  const quick = texts(hub.branch('quick', { until: 6 }))
  const sink = hub.writable()
  for (const item of range(1, 4)) await write(sink, item)
  const fifth = write(sink, '5')
  await until(async () => (await hub.stats())[0]?.lag === 0)
  t.match(await hub.stats(), [{ lag: 0 }, { name: 'slow', lag: 4, done: false }])
  t.equal((await jsm.streams.info(stream)).state.messages, 4)
  t.equal(sink.writableNeedDrain, true)
  const slow = texts(hub.branch(1, { until: 6 }))
  t.equal(await fifth, undefined)
  await write(sink, '6')
  t.strictSame(await Promise.all([quick, slow]), [range(1, 6), range(1, 6)])
})

t.test("overflow: 'fail' names the branch furthest behind", { skip }, async (t) => {
  const { hub } = hubOf(['slow', 'quick'], { maxlen: 2, overflow: 'fail' })
  const sink = hub.writable()
  const quick = texts(hub.branch('quick', { until: 2 }))
  await write(sink, '1')
  await write(sink, '2')
  t.strictSame(await quick, ['1', '2'])
  t.match(await write(sink, '3'), {
    code: 'ERR_FANPIPE_OVERFLOW',
    branch: 0,
    consumer: 'slow',
    lag: 2,
    maxlen: 2,
  })
})

t.test(
  "overflow: 'detach' removes the branch furthest behind, and the others continue",
  { skip },
  async (t) => {
    const { stream, hub } = hubOf(['slow', 'quick'], { maxlen: 3, overflow: 'detach' })
    const sink = hub.writable()
    const slow = hub.branch('slow', { highWaterMark: 1 }).iterator()
    const first = slow.next()
    const quick = texts(hub.branch('quick', { until: 5 }))
    for (const item of range(1, 5)) {
      t.equal(await write(sink, item), undefined)
      await until(async () => (await hub.stats())[1]?.lag === 0)
    }
    t.strictSame(await quick, range(1, 5))
    t.match((await first).value, { seq: 1 })
    const overflow = { code: 'ERR_FANPIPE_OVERFLOW', branch: 0, consumer: 'slow', lag: 3, maxlen: 3 }
    await t.rejects(slow.next(), overflow)
    t.match(await hub.stats(), [
      { name: 'slow', lag: 0, inFlight: 0, done: true },
      { name: 'quick', lag: 0, done: false },
    ])
    const again = jetStreamMulticast(nc, ['slow', 'quick'], { stream, maxlen: 3, overflow: 'detach' })
    await t.rejects(texts(again.branch('slow')), overflow, 'it is not created again')
    for (const item of range(6, 8)) await write(sink, item)
    t.match(await write(sink, '9'), { consumer: 'quick', branch: 1 }, 'the last branch is not removed')
  },
)

t.test('a branch that has caught up by the time it is checked is not removed', { skip }, async (t) => {
  const { stream, hub } = hubOf(1, { maxlen: 1 })
  let isRead = false
  const seen = before('CONSUMER.LIST', async () => {
    if (!isRead) await texts(hub.branch(0, { until: 1 }))
    isRead = true
  })
  const sink = jetStreamMulticast(seen, 1, { stream, maxlen: 1, overflow: 'fail' }).writable()
  await write(sink, '1')
  t.equal(await write(sink, '2'), undefined)
  t.equal(isRead, true)
})

t.test(
  'an outage while making room is waited out, and any other error fails the Writable',
  { skip },
  async (t) => {
    const { stream } = hubOf(1)
    const errors = ['timeout', 'timeout', 'odd']
    const lost = before('CONSUMER.LIST', () => {
      const message = errors.shift()
      return Promise.reject(
        Object.assign(new Error(message), { name: message === 'odd' ? 'Odd' : 'TimeoutError' }),
      )
    })
    const sink = jetStreamMulticast(lost, 2, { stream, maxlen: 1, overflow: 'detach' }).writable()
    await write(sink, '1')
    t.match(await write(sink, '2'), { name: 'Odd' })
    t.strictSame(errors, [])
  },
)

t.test('it fails if its options differ from those that the stream was created with', { skip }, async (t) => {
  const { stream, hub } = hubOf(1, { maxlen: 3, subject: 'orders.new' })
  await hub.stats()
  const fails = async (given: JetStreamMulticastOptions, argument: string) =>
    await t.rejects(jetStreamMulticast(nc, 1, given).stats(), new RegExp(`^${argument} must be `))
  await fails({ stream, maxlen: 4, subject: 'orders.new' }, 'maxlen')
  await fails({ stream, maxlen: 3 }, 'subject')
  await fails({ stream: await limitsStream() }, 'stream')
  const limited = await limitsStream(0, { retention: 'interest', discard: 'new', max_bytes: 1000 })
  await fails({ stream: limited }, 'stream')
})

t.test('it fails if its branches differ from those of the stream', { skip }, async (t) => {
  const { stream, hub } = hubOf(['a', 'b'])
  await hub.stats()
  for (const n of [['a'], ['a', 'c'], ['a', 'b', 'c'], ['b', 'a']])
    await t.rejects(
      jetStreamMulticast(nc, n, { stream }).stats(),
      /^n must be a, b, as for 'M\d+' on the server/,
    )
  const many = hubOf(Array.from({ length: 300 }, (_, i) => `branch-with-a-long-name-${i}`))
  const other = jetStreamMulticast(nc, 300, { stream: many.stream })
  const first = before('CONSUMER', () => other.stats())
  await t.rejects(
    jetStreamMulticast(first, many.hub.names, { stream: many.stream }).stats(),
    /^n must be 300 names/,
  )
})

for (const overflow of ['fail', 'detach'] as const) {
  t.test(`${overflow}: a consumer that is not a branch is named, too`, { skip }, async (t) => {
    const { stream, hub } = hubOf(2, { maxlen: 2, overflow })
    await hub.stats()
    await jsm.consumers.add(stream, { durable_name: 'another', ack_policy: 'explicit' })
    const sink = hub.writable()
    for (const item of ['1', '2']) await write(sink, item)
    for (const i of [0, 1]) await texts(hub.branch(i, { until: 2 }))
    t.match(await write(sink, '3'), { code: 'ERR_FANPIPE_OVERFLOW', consumer: 'another', branch: -1, lag: 2 })
  })
}

t.test('a limit that was changed on the server applies', { skip }, async (t) => {
  const { stream, hub } = hubOf(1, { maxlen: 4, overflow: 'fail' })
  const sink = hub.writable()
  for (const item of ['1', '2']) await write(sink, item)
  await jsm.streams.update(stream, { max_msgs: 2 })
  t.match(await write(sink, '3'), { code: 'ERR_FANPIPE_OVERFLOW', lag: 2, maxlen: 2 })
})

t.test('after a failure, the next call tries again', { skip }, async (t) => {
  const { stream, hub } = hubOf(1)
  await jsm.streams.add({ name: stream, subjects: [stream] })
  await t.rejects(hub.stats(), { code: 'ERR_FANPIPE_ARGUMENT' })
  await jsm.streams.delete(stream)
  t.equal((await hub.stats()).length, 1)
})

t.test('if the stream cannot be created, it fails with the error of the client', { skip }, async (t) => {
  const { stream, hub } = hubOf(1)
  await jsm.streams.add({ name: `${stream}-other`, subjects: [`${stream}.>`] })
  await t.rejects(hub.stats(), { name: 'JetStreamApiError' })
  const taken = hubOf(1, { subject: `${await limitsStream()}.x` })
  await t.rejects(taken.hub.stats(), { name: 'JetStreamApiError' })
})

t.test('closing the connection fails branches and stats()', { skip }, async (t) => {
  const { stream } = hubOf(1)
  const other = await server.connect()
  const hub = jetStreamMulticast(other, 1, { stream, overflow: 'detach' })
  await hub.stats()
  await other.close()
  await t.rejects(hub.stats(), { name: 'ClosedConnectionError' })
  await t.rejects(jetStreamMulticast(other, 1, { stream }).stats(), { name: 'ClosedConnectionError' })
  await t.rejects(texts(hub.branch(0)), { name: 'ClosedConnectionError' })
})

t.test('an error calls a branch detached only if that is the policy', { skip }, async (t) => {
  const { stream, hub } = hubOf(1)
  await hub.stats()
  await jsm.consumers.delete(stream, 'branch-0')
  const message = `stream ${stream}, durable branch-0: consumer not found; it was deleted on the server`
  await t.rejects(texts(hub.branch(0)), { name: 'ConsumerNotFoundError', message })
  await jsm.streams.delete(stream)
  await t.rejects(hub.stats(), { name: 'StreamNotFoundError', message: new RegExp(`^stream ${stream}: `) })
})

t.test(
  'with two processes that read one branch each, no branch lags more than maxlen',
  { skip },
  async (t) => {
    const { stream, hub } = hubOf(2, { maxlen: 8 })
    const readers = [0, 1].map((i) => startProgram(import.meta, 'read-branch', [server.url, stream, i, 300]))
    const read = readers.map((reader) => Readable.prototype.toArray.call(reader.stdout.setEncoding('utf8')))
    const exits = readers.map((reader) => once(reader, 'exit'))
    let isDone = false
    const written = pipeline(Readable.from(range(1, 300)), hub.writable()).then(() => (isDone = true))
    let most = 0
    while (!isDone) {
      for (const { lag, inFlight } of await hub.stats()) {
        most = Math.max(most, lag)
        t.ok(inFlight <= 4, `${inFlight} in flight`)
      }
      most = Math.max(most, (await jsm.streams.info(stream)).state.messages)
    }
    await written
    t.ok(most <= 8 && most > 1, `${most} of 8`)
    for (const lines of await Promise.all(read))
      t.strictSame(lines.join('').trim().split('\n'), range(1, 300))
    t.strictSame(await Promise.all(exits), Array(2).fill([0, null]))
  },
)

t.test(
  'why bytes are never limited: the server would lose messages that it has acknowledged',
  { skip },
  async (t) => {
    const name = `B${++streams}`
    await jsm.streams.add({ name, subjects: [name], retention: 'interest', discard: 'new', max_bytes: 1000 })
    await jsm.consumers.add(name, { durable_name: 'reader', ack_policy: 'explicit' })
    const publish = async (i: number): Promise<boolean> =>
      await jsm
        .jetstream()
        .publish(name, 'x'.repeat(10 + ((i * 37) % 80)))
        .then(
          () => true,
          () => false,
        )
    let acknowledged = 0
    for (let i = 0; i < 25; i++) if (await publish(i)) acknowledged++
    const { messages } = (await jsm.streams.info(name)).state
    if (messages === acknowledged)
      return void (await t.skip(`nats-server ${nc.info?.version} loses none`, () => undefined))
    t.ok(messages < acknowledged, `${acknowledged} acknowledged, ${messages} stored, none read`)
  },
)

const refused: readonly [string, unknown, unknown, unknown?][] = [
  ['nc', 1, { stream: 'a' }, {}],
  ['n', 0, { stream: 'a' }],
  ['n', [], { stream: 'a' }],
  ['n', ['a', 'a'], { stream: 'a' }],
  ['n', ['a.b'], { stream: 'a' }],
  ['stream', 1, {}],
  ['subject', 1, { stream: 'a', subject: '>' }],
  ['maxlen', 1, { stream: 'a', maxlen: 0 }],
  ['overflow', 1, { stream: 'a', overflow: 'drop-oldest' }],
  ['max_bytes', 1, { stream: 'a', max_bytes: 1000 }],
]
for (const [argument, n, options, given] of refused) {
  t.test(`${argument} is refused at the call: ${JSON.stringify([n, options])}`, async (t) => {
    const call = () =>
      jetStreamMulticast(
        (given ?? unusedConnection) as NatsConnection,
        n as number,
        options as JetStreamMulticastOptions,
      )
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  })
}

t.test('an unknown branch is refused, and so are unknown options', async (t) => {
  const hub = jetStreamMulticast(unusedConnection, ['a', 'b'], { stream: 's' })
  for (const branch of ['c', 2, -1, 0.5])
    t.throws(() => hub.branch(branch), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'branch' })
  t.throws(() => hub.branch(0, { durable: 'x' } as object), /^durable must be left out/)
  t.throws(() => hub.writable({ subject: 'x' } as object), /^subject must be left out/)
})
