import type { ConsumerInfo, JsMsg } from '@nats-io/jetstream'

/**
 * What has arrived at the only reader of a consumer. Each delivery carries the number after the last one: if it does not, one was lost
 * on the way. What comes again because a reader has taken over comes first, and in order.
 */
export class Arrivals {
  #last: number | undefined
  /** The number of the last delivery. */
  #delivery = 0
  /** The messages that are to come again. It has some too many if messages were acknowledged by hand. */
  readonly #resent = new Set<number>()
  /** How many messages are to come again; the server does not count them as pending. */
  #owed = 0

  /** The last message that has arrived; undefined before the first start. */
  get last(): number | undefined {
    return this.#last
  }

  /** The reader begins, or begins again. `resent` are the messages that come again. */
  start({ num_ack_pending, ack_floor, delivered }: ConsumerInfo, resent: readonly number[]): void {
    this.#owed = this.#last === undefined ? num_ack_pending : resent.length
    this.#last ??= ack_floor.stream_seq
    this.#delivery = delivered.consumer_seq
    for (const seq of resent) this.#resent.add(seq)
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
