import type { ConsumerInfo, JetStreamManager, JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

/**
 * What has arrived at the only reader of a consumer. Deliveries are numbered, so a gap means that one was lost on the way.
 * When a reader takes over from another, the messages that are delivered again come first, and in order.
 */
export class Arrivals {
  #last: number | undefined
  #acknowledged = 0
  /** The number of the last delivery. */
  #delivery = 0
  /** The last message that the server had sent when the reader began. */
  #sent = 0
  /** The messages that are to come again, and those that an earlier reader has acknowledged by hand. */
  #resent = new Set<number>()
  /** How many messages are to come again; the server does not count them as pending. */
  #owed = 0

  /** The last message that has arrived; undefined before the first start. */
  get last(): number | undefined {
    return this.#last
  }

  /** The last message that was acknowledged here. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  acknowledge({ seq }: JsMsg): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq)
  }

  /**
   * Called whenever the reader begins, or begins again. Makes the server deliver again, at once and in order, what it has sent
   * after the last message that has arrived. By itself, it would wait until that is overdue, and send later messages first.
   * Repeats all acknowledgements, since a server that was killed may have lost them.
   *
   * The info must have been requested just before, because that request makes the server forget the readers that have gone.
   * While one of them still waits, nats-server 2.9 drops the first message that is to be delivered again, until it is overdue.
   */
  async start(nc: NatsConnection, jsm: JetStreamManager, info: ConsumerInfo): Promise<void> {
    const { consumer, messages } = await findInFlight(nc, jsm, info)
    const isFirst = this.#last === undefined
    const last = (this.#last ??= consumer.ack_floor.stream_seq)
    const resent = messages.filter((seq) => seq > last)
    const known = messages.filter((seq) => seq <= this.#acknowledged)
    await Promise.all([
      ...known.map((seq) => answer(nc, consumer, seq, '+ACK')),
      ...resent.map((seq) => answer(nc, consumer, seq, '-NAK')),
    ])
    const owed = isFirst
      ? consumer.num_ack_pending
      : this.#owed + resent.filter((seq) => seq > this.#sent).length
    this.#owed = Math.min(owed, resent.length)
    this.#sent = consumer.delivered.stream_seq
    this.#delivery = consumer.delivered.consumer_seq
    this.#resent = new Set(resent)
  }

  /** `'lost'`: a message before this one was lost, so the reader must begin again. */
  receive({ seq, info }: JsMsg): 'new' | 'again' | 'lost' {
    const last = this.#last as number
    const isNew = seq > last || this.#resent.has(seq)
    if (info.deliverySequence !== ++this.#delivery || (isNew && !this.#isInOrder(seq))) return 'lost'
    if (!isNew) return 'again'
    this.#last = Math.max(last, seq)
    if (this.#resent.delete(seq)) this.#owed--
    return 'new'
  }

  /** Whether everything that the server has sent has arrived, and nothing is to come again. */
  isComplete({ delivered }: ConsumerInfo): boolean {
    return delivered.consumer_seq - this.#delivery + this.#owed === 0
  }

  /** How many messages are to come after one that has just arrived. */
  remaining({ info }: JsMsg): number {
    return info.pending + this.#owed
  }

  #isInOrder(seq: number): boolean {
    const [first = seq] = this.#resent
    return seq === first || this.#resent.size !== this.#owed
  }
}

/** What the server believes to be in flight to a consumer. */
interface InFlight {
  readonly consumer: ConsumerInfo
  /** The messages that it was sent and may not have acknowledged, by their sequence numbers. */
  readonly messages: readonly number[]
}

/**
 * Looks up what is in flight. A server that was killed may remember messages that its stream does not hold any more. They
 * would fill the consumer's window until they are overdue, so they are acknowledged.
 */
async function findInFlight(
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
 * Answers a message as if it had just arrived, and resolves when the server has received that. The server ignores an answer
 * to a message that is already acknowledged.
 */
async function answer(
  nc: NatsConnection,
  { stream_name, name, delivered }: ConsumerInfo,
  seq: number,
  kind: '+ACK' | '-NAK',
): Promise<void> {
  await nc.request(`$JS.ACK.${stream_name}.${name}.1.${seq}.${delivered.consumer_seq}.0.0`, kind)
}
