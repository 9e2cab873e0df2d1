import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

/** How far a reader has come: the last message that it has received, and the last one that it has acknowledged, in order. */
export interface Progress {
  readonly last: number
  readonly acknowledged: number
}

/**
 * Makes the server deliver again, at once and in order, what a consumer was sent after the last message that has arrived. Otherwise
 * the server waits until it is overdue, and sends later messages first. Acknowledges once more what has been acknowledged, which a
 * server that was killed may not know. Resolves when it knows, with the numbers of the messages that come again, and of some that
 * have been acknowledged by hand.
 *
 * The consumer's info must be new: by the request for it, the server forgets requests of readers that have gone. With such a request
 * waiting, nats-server 2.9 drops the first message that is to be delivered again, until it is overdue.
 */
export async function takeOver(
  nc: NatsConnection,
  jsm: JetStreamManager,
  { stream_name, name, config, num_ack_pending, ack_floor, delivered }: ConsumerInfo,
  { last, acknowledged }: Progress,
): Promise<number[]> {
  const resent: number[] = []
  const replies: Promise<unknown>[] = []
  const behind = num_ack_pending === 0 ? 0 : delivered.stream_seq
  for (let seq = ack_floor.stream_seq + 1; seq <= behind; seq++) {
    const query = { seq, next_by_subj: config.filter_subject ?? '>' }
    const message = await jsm.streams.getMessage(stream_name, query)
    if (message === null || message.seq > behind) break
    seq = message.seq
    if (seq > last) resent.push(seq)
    else if (seq > acknowledged) continue
    // The subject that the message itself would be answered on. The server ignores those that it knows to be acknowledged.
    const subject = `$JS.ACK.${stream_name}.${name}.1.${seq}.${delivered.consumer_seq}.0.0`
    replies.push(nc.request(subject, seq > last ? '-NAK' : '+ACK'))
  }
  await Promise.all(replies)
  return resent
}
