/** Deliveries that are lost, and servers that go away, while a source is being read. */
import { EventEmitter, once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import type { Msg, NatsConnection } from '@nats-io/transport-node'
import t from 'tap'
import { fromJetStream } from '../../lib/nats.ts'
import { beforeRequests, range, reconnected, startJetStream, texts, until } from '../instruments/nats.ts'

const { skip, server, nc, jsm, stream } = await startJetStream(t)
const durable = 'reader'

t.test(
  'when the server is killed and restarted, no message is lost or duplicated, and the order is kept',
  { skip },
  async (t) => {
    const name = await stream(60)
    const seen: string[] = []
    for await (const message of fromJetStream(nc, { stream: name, durable, until: 60, highWaterMark: 4 })) {
      seen.push(message.string())
      if (seen.length !== 20 && seen.length !== 40) continue
      await server.kill()
      await server.restart()
    }
    t.strictSame(seen, range(1, 60))
    const { num_pending, num_ack_pending } = await jsm.consumers.info(name, durable)
    t.equal(num_pending + num_ack_pending, 0)
  },
)

t.test('a source without a durable continues after its last message', { skip }, async (t) => {
  const name = await stream(40)
  const seen: string[] = []
  for await (const message of fromJetStream(nc, { stream: name, until: 40, highWaterMark: 4 })) {
    seen.push(message.string())
    if (seen.length !== 10) continue
    const [consumer] = await jsm.consumers.list(name).next()
    await jsm.consumers.delete(name, consumer?.name as string)
  }
  t.strictSame(seen, range(1, 40))
})

for (const end of [{ idle: 50 }, 'last-at-start'] as const) {
  t.test(`an outage is not the end: ${JSON.stringify(end)}`, { skip }, async (t) => {
    const name = await stream(4)
    const seen: string[] = []
    for await (const message of fromJetStream(nc, { stream: name, durable, until: end, highWaterMark: 1 })) {
      if (seen.push(message.string()) !== 2) continue
      await server.kill()
      setTimeout(() => void server.restart(), 400)
    }
    t.strictSame(seen, range(1, 4))
  })
}

t.test('a message taken by another reader is redelivered', { skip }, async (t) => {
  const name = await stream(1)
  const seen: string[] = []
  for await (const message of fromJetStream(nc, { stream: name, durable, ackWait: 1_000, until: 4 })) {
    seen.push(message.string())
    if (seen.length > 1) continue
    const thief = await server.connect()
    const { inbox, taken } = await steal(thief, name)
    for (const item of range(2, 4)) await jsm.jetstream().publish(`${name}.x`, item)
    await taken
    inbox.unsubscribe()
  }
  t.strictSame(seen, range(1, 4))
})

/** Requests a message of the durable before its reader does; until it arrives, the reader is told that there is none. */
async function steal(thief: Awaited<ReturnType<typeof server.connect>>, name: string) {
  let received = (): void => undefined
  const taken = new Promise<void>((resolve) => (received = resolve))
  const inbox = thief.subscribe('thief', { callback: () => received() })
  for (let i = 0; i < 3; i++)
    thief.publish(`$JS.API.CONSUMER.MSG.NEXT.${name}.${durable}`, JSON.stringify({ batch: 1 }), {
      reply: 'thief',
    })
  await thief.flush()
  return { inbox, taken }
}

t.test(
  'a message that is redelivered after it was acknowledged is acknowledged again',
  { skip },
  async (t) => {
    const name = await stream(3)
    const seen: number[] = []
    for await (const { seq } of fromJetStream(nc, { stream: name, durable, ackWait: 20, until: 3 })) {
      seen.push(seq)
      // The server redelivers it while this process is blocked and cannot read that or send the acknowledgement.
      if (seq === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
    t.strictSame(seen, [1, 2, 3])
    await until(async () => (await jsm.consumers.info(name, durable)).num_ack_pending === 0)
  },
)

t.test('a source destroyed while the server is away closes', { skip }, async (t) => {
  const name = await stream(3)
  const source = fromJetStream(nc, { stream: name, durable })
  await once(source, 'readable')
  await server.kill()
  source.destroy()
  await once(source, 'close')
  await server.restart()
  await reconnected(nc)
  const next = fromJetStream(nc, { stream: name, durable, until: 'last-at-start' })
  t.strictSame(await texts(next), range(1, 3))
})

t.test(
  'a source destroyed while it restarts closes and leaves the durable without a reader',
  { skip },
  async (t) => {
    const name = await stream(3)
    for (let roundTrips = 0; roundTrips < 6; roundTrips++) {
      const other = await server.connect()
      const source = fromJetStream(other, { stream: name, durable })
      await once(source, 'readable')
      await other.reconnect()
      await reconnected(other)
      await closeAfter(roundTrips, source, other)
      t.equal(source.errored, null)
      t.equal((await jsm.consumers.info(name, durable)).num_waiting, 0)
    }
  },
)

t.test('a source destroyed while it recreates its consumer leaves none', { skip }, async (t) => {
  const name = await stream(3)
  for (let roundTrips = 0; roundTrips < 6; roundTrips++) {
    const source = fromJetStream(nc, { stream: name })
    await once(source, 'readable')
    const [consumer] = await jsm.consumers.list(name).next()
    await jsm.consumers.delete(name, consumer?.name as string)
    await closeAfter(roundTrips, source, nc)
    t.equal(source.errored, null)
    t.strictSame(await jsm.consumers.list(name).next(), [])
  }
})

/** Destroys a source after a number of round trips to the server, and waits until it has closed. */
async function closeAfter(roundTrips: number, source: Readable, nc: NatsConnection): Promise<void> {
  for (let i = 0; i < roundTrips; i++) await nc.flush()
  source.destroy()
  await once(source, 'close')
}

t.test('a source destroyed while the server does not respond closes after a second', { skip }, async (t) => {
  const name = await stream(3)
  const asked = new EventEmitter()
  const silent = beforeRequests(nc, (subject) => {
    if (!subject.includes('CONSUMER.CREATE')) return undefined
    asked.emit('consumer')
    return new Promise(() => undefined)
  })
  const source = fromJetStream(silent, { stream: name })
  source.read()
  await once(asked, 'consumer')
  const start = performance.now()
  await closeAfter(0, source, nc)
  const elapsed = performance.now() - start
  t.ok(elapsed > 900 && elapsed < 2_000, `${elapsed} ms`)
})

/** A connection that loses requests while `isLost` and all messages after the next `arriving`, and can report a reconnect. */
function unreliable() {
  const listeners: PassThrough[] = []
  const control = {
    isLost: false,
    arriving: Infinity,
    reconnect: () => listeners.forEach((listener) => listener.write({ type: 'reconnect' })),
  }
  const losing = beforeRequests(nc, (subject) => {
    if (control.isLost && subject.includes('CONSUMER.INFO'))
      throw Object.assign(new Error('timeout'), { name: 'TimeoutError' })
  })
  const connection = Object.assign(losing, {
    subscribe: (subject: string, options: { callback: (error: Error | null, message: Msg) => void }) =>
      nc.subscribe(subject, {
        callback: (...args) => {
          if (control.arriving-- > 0) options.callback(...args)
        },
      }),
    status() {
      const listener = new PassThrough({ objectMode: true })
      listeners.push(listener)
      return Object.assign(listener.iterator(), { stop: () => listener.end() })
    },
  })
  return { connection, control }
}

t.test('a server that is lost again while a source restarts is waited for', { skip }, async (t) => {
  const name = await stream(9)
  const { connection, control } = unreliable()
  const seen: string[] = []
  for await (const message of fromJetStream(connection, { stream: name, highWaterMark: 2, until: 9 })) {
    seen.push(message.string())
    if (seen.length !== 3) continue
    control.isLost = true
    for (let i = 0; i < 3; i++) control.reconnect()
    setTimeout(() => (control.isLost = false), 50)
  }
  t.strictSame(seen, range(1, 9))
})

t.test('a source destroyed while it waits to restart closes', { skip }, async (t) => {
  const name = await stream(3)
  const { connection, control } = unreliable()
  const source = fromJetStream(connection, { stream: name, durable })
  await once(source, 'readable')
  control.isLost = true
  control.reconnect()
  await nc.flush()
  await closeAfter(0, source, nc)
  t.equal(source.errored, null)
})

t.test(
  'messages that an earlier reader acknowledged by hand are not waited for, even if the connection is lost',
  { skip },
  async (t) => {
    const name = await stream(6)
    const by = { stream: name, durable, ack: 'hand' } as const
    for await (const message of fromJetStream(nc, { ...by, until: 6 }))
      if ([3, 4, 6].includes(message.seq)) message.ack()
    const { connection, control } = unreliable()
    control.arriving = 1
    const seen: number[] = []
    for await (const { seq } of fromJetStream(connection, {
      stream: name,
      durable,
      until: 'last-at-start',
    })) {
      seen.push(seq)
      if (seq === 1) control.reconnect()
      control.arriving = Infinity
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    t.strictSame(seen, [1, 2, 5])
    const { delivered } = await jsm.consumers.info(name, durable)
    t.equal(delivered.consumer_seq, 6 + 3 + 2, 'it has restarted once')
  },
)

t.test('messages in flight that are deleted on the server are not waited for', { skip }, async (t) => {
  const name = await stream(5)
  const options = { stream: name, durable } as const
  for await (const { seq } of fromJetStream(nc, options)) if (seq === 2) break
  for (const seq of [4, 5]) await jsm.streams.deleteMessage(name, seq)
  t.strictSame(await texts(fromJetStream(nc, { ...options, until: 'last-at-start' })), range(2, 3))
})
