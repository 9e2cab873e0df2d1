import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ArgumentError } from '../errors.ts'
import { check, positiveInteger, readOptions, type Rule } from '../kernel/options.ts'
import type { TypedReadable } from '../streams/stream-types.ts'
import type { JetStreamStart } from './consumer.ts'
import type { JetStreamEnd } from './end.ts'
import { readRules, readSettings, toReadable, type JetStreamReadOptions } from './jetstream-readable.ts'
import { connectionRule, nameRule, subjectRule } from './rules.ts'

export type { JetStreamEnd, JetStreamStart }

export interface FromJetStreamOptions extends JetStreamReadOptions {
  /** The name of a stream, which must exist. */
  stream: string
  /** Only messages with this subject, which may have the wildcards `*` and `>`. */
  filter?: string | undefined
  /** The name of a durable consumer, which is created if it does not exist. Without one, nothing is remembered. */
  durable?: string | undefined
  /**
   * Where a new consumer starts: at the `'first'` message (the default), at the `'next'` one, at a sequence number or at a time. A
   * durable that exists continues where its last reader stopped.
   */
  start?: JetStreamStart | undefined
}

/** A later time has no form that the server reads. */
const YEAR_10000 = Date.UTC(10_000, 0)

const rules = {
  ...readRules,
  stream: nameRule,
  filter: subjectRule,
  durable: nameRule,
  start: {
    expected: `'first', 'next', a sequence number or a Date before the year 10000`,
    holds: (value) =>
      value === 'first' ||
      value === 'next' ||
      positiveInteger.holds(value) ||
      (value instanceof Date && value.getTime() >= 0 && value.getTime() < YEAR_10000),
  },
} satisfies Record<string, Rule>

/**
 * The messages of a stream in NATS JetStream as a Readable, which is also a source for every junction and stage. The items are the
 * client's own messages, with `data`, `json()`, `string()`, `subject`, `seq` and `ack()`.
 *
 * Order: the order of the stream. Every message comes at least once: one that was delivered and not acknowledged comes again. It does
 * not come twice in one run, unless it is acknowledged by hand or the durable is shared.
 *
 * Memory: at most `highWaterMark` messages wait here, and no more than that are unacknowledged at any moment.
 *
 * Opens and closes: at the first demand it looks up the durable, or creates it, and takes over what its last reader left
 * unacknowledged. Closing unsubscribes; the durable stays, with what has been acknowledged, and the connection is yours to close.
 *
 * Emits when: a message arrives, also after the server was lost and has come back.
 *
 * Backpressures when: `highWaterMark` messages are unacknowledged; the server then sends no more.
 *
 * Completes when: `until` says so, and the last item has been acknowledged. If the last message was deleted, has another subject or
 * went to another reader of a shared durable, the server is asked for that. Without `until` it waits for further messages.
 *
 * Cancels when: it is destroyed, or its signal aborts. What was not acknowledged comes again when the durable is read next.
 *
 * Errors: those of the client, such as StreamNotFoundError or a closed connection, after the items that have arrived; their messages
 * begin with the stream and the durable. A stream that was deleted and created again fails its sources.
 * `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or option that cannot be used, if the durable was created with another
 * filter, or if another reader has not left it after 12 seconds and it is not `shared`.
 *
 * See also: `toJetStream`, `jetStreamMulticast`, `mergeBoundedLateness` with `idle` for a partition that may be silent.
 *
 * Use `ack: 'hand'` instead of the default when something behind the stream, such as a Writable or a junction, holds items that are
 * not yet dealt with: these take an item before they are done with the one before.
 *
 * @example
 * import { connect } from '@nats-io/transport-node'
 * import { fromJetStream } from 'fanpipe/nats'
 *
 * const nc = await connect()
 * const source = fromJetStream(nc, { stream: 'orders', durable: 'archive', until: 'last-at-start' })
 * const orders = []
 * for await (const message of source) orders.push(message.string())
 * await nc.drain()
 * orders // => ['first', 'second']
 */
export function fromJetStream(nc: NatsConnection, options: FromJetStreamOptions): TypedReadable<JsMsg> {
  check(nc, 'nc', connectionRule)
  const { stream, filter, durable, start = 'first', ...read } = readOptions(options, rules)
  check(stream, 'stream', nameRule)
  if (read.shared === true && durable === undefined)
    throw new ArgumentError('shared', 'left out, unless there is a `durable` to share')
  return toReadable(nc, { ...readSettings(read), stream, filter, durable, start })
}
