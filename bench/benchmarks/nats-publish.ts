import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { toJetStream } from 'fanpipe/nats'
import { pipeline } from 'node:stream/promises'
import { scaled, within, type Benchmark, type Outcome } from '../benchmark.ts'
import { range, Tally } from '../instruments.ts'
import { withConnection } from '../nats.ts'

const units = scaled(1e4)
const texts = range(units).map(String)
let streams = 0

/** Publishes to a new stream, and then, outside the measured time, reads back what the stream contains. */
const publishAll = (publish: (nc: NatsConnection, subject: string) => Promise<void>): Promise<Outcome> =>
  withConnection(async (nc, jsm) => {
    const name = `published-${++streams}`
    await jsm.streams.add({ name, subjects: [name] })
    const began = performance.now()
    await publish(nc, name)
    const ns = (performance.now() - began) * 1e6
    const { items, checksum } = await contents(nc, name)
    await jsm.streams.delete(name)
    return { items, checksum, ns }
  })

async function contents(nc: NatsConnection, stream: string): Promise<Outcome> {
  const tally = new Tally()
  const consumer = await jetstream(nc).consumers.get(stream)
  for await (const message of await consumer.consume()) {
    tally.add(Number(message.string()))
    if (message.info.pending === 0) break
  }
  return tally
}

const PLAIN = 'JetStreamClient.publish'

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'texts published to NATS JetStream, one at a time',
  unit: 'message',
  units,
  needs: 'nats-server',
  ways: {
    fanpipe: () => publishAll((nc, subject) => pipeline(texts, toJetStream(nc, { subject }))),
    [PLAIN]: () =>
      publishAll(async (nc, subject) => {
        const client = jetstream(nc)
        for (const text of texts) await client.publish(subject, text)
      }),
  },
  targets: [within(1.1, PLAIN)],
  notes: [
    'Both wait for the server to acknowledge each message before they publish the next.',
    'Every process starts its own local nats-server; the time to start it and to create the stream is excluded.',
  ],
}
