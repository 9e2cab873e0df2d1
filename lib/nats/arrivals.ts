import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { answer, type InFlight } from './in-flight.ts'

/**
 * What has arrived at the only reader of a consumer. Each delivery carries the number after the last one: if it does not, one was lost
 * on the way. What comes again because a reader has taken over comes first, and in order.
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

  acknowledge(message: JsMsg): void {
    message.ack()
    this.#acknowledged = Math.max(this.#acknowledged, message.seq)
  }

  /**
   * The reader begins, or begins again. Makes the server deliver again, at once and in order, what it has sent after the last message
   * that has arrived; otherwise it waits until that is overdue, and sends later messages first. Acknowledges once more what has been
   * acknowledged, which a server that was killed may not know.
   *
   * By a request for the consumer's info just before, the server forgets requests of readers that have gone. With such a request
   * waiting, nats-server 2.9 drops the first message that is to be delivered again, until it is overdue.
   */
  async start(nc: NatsConnection, { consumer, messages }: InFlight): Promise<void> {
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

  /** Whether a message is new, or comes again; or a message was lost before it, and the reader must begin again. */
  receive({ seq, info }: JsMsg): 'new' | 'again' | 'lost' {
    const last = this.#last as number
    const isNew = seq > last || this.#resent.has(seq)
    if (info.deliverySequence !== ++this.#delivery || (isNew && !this.#isInOrder(seq))) return 'lost'
    if (!isNew) return 'again'
    this.#last = Math.max(last, seq)
    if (this.#resent.delete(seq)) this.#owed--
    return 'new'
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
