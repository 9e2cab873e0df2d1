import { flag, milliseconds, oneOf, positiveInteger, signal, type Rule } from '../kernel/options.ts'
import { endRule, type JetStreamEnd } from './end.ts'

/** The options of every source over JetStream. */
export interface JetStreamReadOptions {
  /** Where the source ends; it does not end by default. See `JetStreamEnd`. */
  until?: JetStreamEnd | undefined
  /**
   * `'pull'`, the default: an item is acknowledged when the next one is asked for. `'hand'`: when its `ack()` is called, in any
   * order.
   */
  ack?: 'pull' | 'hand' | undefined
  /**
   * How many messages may be unacknowledged, those that wait here included: 16 by default. It is the consumer's `max_ack_pending`, so
   * the readers of a shared durable have it together.
   */
  highWaterMark?: number | undefined
  /** After how many milliseconds the server delivers an unacknowledged message again: 30,000 by default. */
  ackWait?: number | undefined
  /**
   * `true`: several sources read the same durable, and each message goes to one of them. By default a source is the only reader, so
   * that it can take over at once, and in order, what a reader before it has left unacknowledged.
   */
  shared?: boolean | undefined
  /** Aborts: the source fails with an AbortError whose `cause` is the reason. */
  signal?: AbortSignal | undefined
}

export const readRules = {
  until: endRule,
  ack: oneOf('pull', 'hand'),
  highWaterMark: positiveInteger,
  ackWait: milliseconds,
  shared: flag,
  signal,
} satisfies Record<string, Rule>

/** What the options of a source mean where they are not set. */
export const readSettings = ({
  until,
  ack = 'pull',
  highWaterMark = 16,
  ackWait = 30_000,
  shared = false,
  signal,
}: JetStreamReadOptions) => ({ until, acknowledges: ack === 'pull', highWaterMark, ackWait, shared, signal })
