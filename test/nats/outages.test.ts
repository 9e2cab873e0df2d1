/** Deliveries and servers that are lost while a source is read. */
import { EventEmitter, once } from 'node:events'
import type { Readable } from 'node:stream'
import type { NatsConnection } from '@nats-io/transport-node'
import t from 'tap'
import { fromJetStream } from '../../lib/nats.ts'
import { noNats, range, reconnected, startJetStream, texts, until, type Nats } from '../instruments/nats.ts'

const skip = noNats
const { server, nc, jsm, stream } = noNats ? ({} as Nats) : await startJetStream(t)
const durable = 'reader'

t.test(
  'a server that is killed and started again loses no message, doubles none, and keeps the order',
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

t.test('a source without a durable goes on behind its last message', { skip }, async (t) => {
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

t.test('a message that another reader has taken is taken over', { skip }, async (t) => {
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

/** Asks for one message of the durable before its reader can: until that has come, the reader is told that there is none. */
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

t.test('a message that comes again after it was acknowledged is acknowledged again', { skip }, async (t) => {
  const name = await stream(3)
  const seen: number[] = []
  for await (const { seq } of fromJetStream(nc, { stream: name, durable, ackWait: 20, until: 3 })) {
    seen.push(seq)
    // The server sends it again while this process can neither read that nor acknowledge the first.
    if (seq === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  t.strictSame(seen, [1, 2, 3])
  await until(async () => (await jsm.consumers.info(name, durable)).num_ack_pending === 0)
})

t.test('destroyed while the server is away, it closes', { skip }, async (t) => {
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

t.test('destroyed while it begins again, it closes and the durable has no reader', { skip }, async (t) => {
  const name = await stream(3)
  for (let turns = 0; turns < 6; turns++) {
    const other = await server.connect()
    const source = fromJetStream(other, { stream: name, durable })
    await once(source, 'readable')
    await other.reconnect()
    await reconnected(other)
    await closed(source, other, turns)
    t.equal(source.errored, null)
    t.equal((await jsm.consumers.info(name, durable)).num_waiting, 0)
  }
})

t.test('destroyed while it creates its consumer again, it leaves none', { skip }, async (t) => {
  const name = await stream(3)
  for (let turns = 0; turns < 6; turns++) {
    const source = fromJetStream(nc, { stream: name })
    await once(source, 'readable')
    const [consumer] = await jsm.consumers.list(name).next()
    await jsm.consumers.delete(name, consumer?.name as string)
    await closed(source, nc, turns)
    t.equal(source.errored, null)
    t.strictSame(await jsm.consumers.list(name).next(), [])
  }
})

/** Destroys a source when the server has answered so many times, and waits for its end. */
async function closed(source: Readable, nc: NatsConnection, turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await nc.flush()
  source.destroy()
  await once(source, 'close')
}

t.test('destroyed while the server does not answer, it closes after a second', { skip }, async (t) => {
  const name = await stream(3)
  const asked = new EventEmitter()
  const silent = Object.assign(Object.create(nc) as NatsConnection, {
    request: (...args: Parameters<NatsConnection['request']>) => {
      if (!args[0].includes('CONSUMER.CREATE')) return nc.request(...args)
      asked.emit('consumer')
      return new Promise(() => undefined)
    },
  })
  const source = fromJetStream(silent, { stream: name })
  source.read()
  await once(asked, 'consumer')
  const start = performance.now()
  await closed(source, nc, 0)
  const elapsed = performance.now() - start
  t.ok(elapsed > 900 && elapsed < 2_000, `${elapsed} ms`)
})
