import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

/** What the server believes to be in flight to a consumer. */
export interface InFlight {
  readonly consumer: ConsumerInfo
  /** The messages that it was sent and may not have acknowledged, by their sequence numbers. */
  readonly messages: readonly number[]
}

/**
 * Looks up what is in flight. A server that was killed may remember messages that its stream does not hold any more. They would fill the
 * consumer's window until they are overdue, so they are acknowledged.
 */
export async function findInFlight(
  nc: NatsConnection,
  jsm: JetStreamManager,
  consumer: ConsumerInfo,
): Promise<InFlight> {
  const { stream_name, name, config, num_ack_pending, ack_floor, delivered } = consumer
  const messages: number[] = []
  const gone: number[] = []
  const last = num_ack_pending === 0 ? 0 : delivered.stream_seq
  for (let seq = ack_floor.stream_seq + 1; seq <= last; seq++) {
    const query = { seq, next_by_subj: config.filter_subject ?? '>' }
    const next = (await jsm.streams.getMessage(stream_name, query))?.seq ?? Infinity
    // With a filter, most of the messages between are other consumers'.
    if (config.filter_subject === undefined) for (let i = seq; i < Math.min(next, last + 1); i++) gone.push(i)
    if (next <= last) messages.push(next)
    seq = next
  }
  if (gone.length === 0) return { consumer, messages }
  await Promise.all(gone.map((seq) => answer(nc, consumer, seq, '+ACK')))
  return { consumer: await jsm.consumers.info(stream_name, name), messages }
}

/**
 * Answers a message as if it had just arrived, and resolves when the server knows. It ignores an answer to a message that it knows to be
 * acknowledged.
 */
export async function answer(
  nc: NatsConnection,
  { stream_name, name, delivered }: ConsumerInfo,
  seq: number,
  kind: '+ACK' | '-NAK',
): Promise<void> {
  await nc.request(`$JS.ACK.${stream_name}.${name}.1.${seq}.${delivered.consumer_seq}.0.0`, kind)
}
