import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

/**
 * Makes the server deliver again, at once and in order, what a consumer was sent after message `last` and has not acknowledged.
 * Otherwise the server waits until it is overdue, and sends later messages first. Resolves with the numbers of these messages, and of
 * some that have been acknowledged by hand, when the server knows.
 *
 * The consumer's info must be new: by the request for it, the server forgets requests of readers that have gone. With such a request
 * waiting, nats-server 2.9 drops the first message that is to be delivered again, until it is overdue.
 */
export async function takeOver(
  nc: NatsConnection,
  jsm: JetStreamManager,
  { stream_name, name, config, num_ack_pending, delivered }: ConsumerInfo,
  last: number,
): Promise<number[]> {
  if (num_ack_pending === 0) return []
  const seqs: number[] = []
  for (let seq = last + 1; seq <= delivered.stream_seq; seq++) {
    const query = { seq, next_by_subj: config.filter_subject ?? '>' }
    const message = await jsm.streams.getMessage(stream_name, query)
    if (message === null || message.seq > delivered.stream_seq) break
    seq = message.seq
    seqs.push(seq)
  }
  await Promise.all(
    // The subject that the message itself would be answered on. The server ignores those that have been acknowledged.
    seqs.map((seq) =>
      nc.request(`$JS.ACK.${stream_name}.${name}.1.${seq}.${delivered.consumer_seq}.0.0`, '-NAK'),
    ),
  )
  return seqs
}
