import { AckPolicy, jetstream, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { fromJetStream } from 'fanpipe/nats'
import { setTimeout } from 'node:timers/promises'
import { scaled, within, type Benchmark, type Outcome } from '../benchmark.ts'
import { range, Tally } from '../instruments.ts'
import { withConnection } from '../nats.ts'

const units = scaled(3e4)
const stream = 'consumed'
let consumers = 0
let filled: Promise<void> | undefined

async function fill(nc: NatsConnection, jsm: JetStreamManager): Promise<void> {
  await jsm.streams.add({ name: stream, subjects: [stream] })
  const client = jetstream(nc)
  for (const n of range(units)) {
    const stored = client.publish(stream, String(n))
    if (n % 100 === 0 || n === units - 1) await stored
  }
}

/** The server counts the last acknowledgements a moment after it has received them. */
async function checkAcknowledged(jsm: JetStreamManager, durable: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { stream_seq } = (await jsm.consumers.info(stream, durable)).ack_floor
    if (stream_seq === units) return
    if (attempt === 10) throw new Error(`only ${stream_seq} messages were acknowledged`)
    await setTimeout(10)
  }
}

type Read = (nc: NatsConnection, durable: string, tally: Tally, jsm: JetStreamManager) => Promise<void>

/** Reads the stream through a new durable consumer, and checks that every message was acknowledged. */
const consumeAll = (read: Read): Promise<Outcome> =>
  withConnection(async (nc, jsm) => {
    await (filled ??= fill(nc, jsm))
    const durable = `reader-${++consumers}`
    const tally = new Tally()
    const began = performance.now()
    await read(nc, durable, tally, jsm)
    const ns = (performance.now() - began) * 1e6
    await checkAcknowledged(jsm, durable)
    await jsm.consumers.delete(stream, durable)
    return { items: tally.items, checksum: tally.checksum, ns }
  })

const PLAIN = 'Consumer.consume'

export const consumeWith = (max_ack_pending: number): Benchmark => ({
  kind: 'race',
  title: `messages read from NATS JetStream and acknowledged, ${max_ack_pending} in flight`,
  unit: 'message',
  units,
  needs: 'nats-server',
  ways: {
    fanpipe: () =>
      consumeAll(async (nc, durable, tally) => {
        const source = fromJetStream(nc, { stream, durable, highWaterMark: max_ack_pending, until: units })
        for await (const message of source) tally.add(Number(message.string()))
      }),
    [PLAIN]: () =>
      consumeAll(async (nc, durable, tally, jsm) => {
        await jsm.consumers.add(stream, {
          durable_name: durable,
          ack_policy: AckPolicy.Explicit,
          max_ack_pending,
        })
        const consumer = await jetstream(nc).consumers.get(stream, durable)
        for await (const message of await consumer.consume()) {
          tally.add(Number(message.string()))
          message.ack()
          if (tally.items === units) break
        }
        await nc.flush()
      }),
  },
  targets: [within(1.1, PLAIN)],
  notes: [
    'Both create a durable consumer with this max_ack_pending, acknowledge every message, and stop once the server has the last acknowledgement.',
    'The messages are dealt with at once. The iterator then sends each acknowledgement by itself; fanpipe sends those of one millisecond together.',
    'Every process starts its own local nats-server; the time to start it and to fill the stream is excluded.',
  ],
})

export const benchmark = consumeWith(16)
