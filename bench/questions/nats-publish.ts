import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { toJetStream } from 'fanpipe/nats'
import { pipeline } from 'node:stream/promises'
import { naturals, Tally } from '../instruments.ts'
import { connected } from '../nats.ts'
import { scaled, within, type Question, type Seen } from '../question.ts'

const units = scaled(1e4)
const texts = naturals(units).map(String)
let streams = 0

/** Publishes to a new stream; the stream is read, to see what it holds, after the time was taken. */
const stored = (publish: (nc: NatsConnection, subject: string) => Promise<void>): Promise<Seen> =>
  connected(async (nc, jsm) => {
    const name = `published-${++streams}`
    await jsm.streams.add({ name, subjects: [name] })
    const began = performance.now()
    await publish(nc, name)
    const ns = (performance.now() - began) * 1e6
    const { items, checksum } = await contents(nc, name)
    await jsm.streams.delete(name)
    return { items, checksum, ns }
  })

async function contents(nc: NatsConnection, stream: string): Promise<Seen> {
  const tally = new Tally()
  const consumer = await jetstream(nc).consumers.get(stream)
  for await (const message of await consumer.consume()) {
    tally.add(Number(message.string()))
    if (message.info.pending === 0) break
  }
  return tally
}

const PLAIN = 'JetStreamClient.publish'

export const question: Question = {
  kind: 'race',
  title: 'texts published to NATS JetStream, one after the other',
  unit: 'message',
  units,
  needs: 'nats-server',
  ways: {
    fanpipe: () => stored((nc, subject) => pipeline(texts, toJetStream(nc, { subject }))),
    [PLAIN]: () =>
      stored(async (nc, subject) => {
        const client = jetstream(nc)
        for (const text of texts) await client.publish(subject, text)
      }),
  },
  targets: [within(1.1, PLAIN)],
  notes: [
    'Each message is acknowledged by the server before the next one is published, by both.',
    'Each process has a nats-server of its own on the same machine; starting it and creating the stream is not timed.',
  ],
}
