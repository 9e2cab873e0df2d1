import type { Writable } from 'node:stream'
import { jetstreamManager, RetentionPolicy } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { callback, check, oneOf, readOptions, type Rule } from '../kernel/options.ts'
import { furthestBehind, overflowOf } from './bounded-stream.ts'
import {
  JetStreamWritable,
  writeRules,
  writeSettings,
  type JetStreamWriteOptions,
  type Message,
} from './jetstream-writable.ts'
import { located } from './outage.ts'
import { connectionRule, publishSubjectRule } from './rules.ts'

export interface ToJetStreamOptions<T> extends JetStreamWriteOptions<T> {
  /** The subject of all messages, or of the message made from an item. A stream of the server must store it. */
  subject: string | ((item: T) => string)
  /**
   * What happens when the server refuses a message because the stream is full and discards what is new: `'block'`, the default, waits
   * and publishes it again; `'fail'` fails with an OverflowError that names the consumer furthest behind. A message that alone has more
   * bytes than the stream may hold is an error in any case.
   */
  overflow?: 'block' | 'fail' | undefined
}

const subject: Rule = {
  expected: `${publishSubjectRule.expected}, or a function that returns one`,
  holds: (value) => publishSubjectRule.holds(value) || callback.holds(value),
}
const rules = { ...writeRules, subject, overflow: oneOf('block', 'fail') } satisfies Record<string, Rule>

/**
 * A Writable that publishes each item to a stream of NATS JetStream: text and bytes as they are, a message of NATS as its data, and
 * other values as JSON.
 *
 * Order: the order in which items are written, unless `ordered` is false.
 *
 * Memory: `highWaterMark` items that wait for the server, and what is written in spite of backpressure.
 *
 * Opens and closes: publishes nothing before the first write. The connection is yours to close.
 *
 * Emits when: nothing; it is the end of a pipeline.
 *
 * Backpressures when: the server has not acknowledged what was written, or has refused it because the stream is full.
 *
 * Completes when: the server has acknowledged every item.
 *
 * Cancels when: it is destroyed, or its signal aborts; a message that was on its way may have been stored.
 *
 * Errors: `OverflowError` (`ERR_FANPIPE_OVERFLOW`) with `overflow: 'fail'`. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or
 * option that cannot be used, and for a subject that no stream stores. Errors of the client, after a minute without an answer; at
 * once, if the stream was deleted or can never hold the message.
 *
 * See also: `fromJetStream`, `jetStreamMulticast`.
 *
 * Use `jetStreamMulticast` instead when the stream is to hold no more than its slowest consumer may lag.
 *
 * @example
 * import { pipeline } from 'node:stream/promises'
 * import { connect } from '@nats-io/transport-node'
 * import { toJetStream } from 'fanpipe/nats'
 *
 * const nc = await connect()
 * const orders = [{ id: 'o-1', item: 'tea' }, { id: 'o-2', item: 'milk' }]
 * const sink = toJetStream(nc, { subject: 'orders.new', msgId: (order) => order.id })
 * await pipeline(orders, sink)
 * await nc.drain()
 * sink.writableFinished // => true
 */
export function toJetStream<T = unknown>(nc: NatsConnection, options: ToJetStreamOptions<T>): Writable {
  check(nc, 'nc', connectionRule)
  const { subject, overflow = 'block', ...write } = readOptions(options, rules)
  check(subject, 'subject', rules.subject)
  return new JetStreamWritable(nc, {
    ...writeSettings(write),
    subject: typeof subject === 'function' ? checked(subject as (item: unknown) => unknown) : () => subject,
    onFull: (error, message) => checkRoom(nc, error, message, overflow),
  })
}

/** Throws if the function returns no subject. */
function checked(subjectOf: (item: unknown) => unknown): (item: unknown) => string {
  return (item) => {
    const subject = subjectOf(item)
    check(subject, 'subject', publishSubjectRule)
    return subject as string
  }
}

/** What the server says when a message would exceed the bytes that a stream may hold. */
const TOO_MANY_BYTES = 'maximum bytes exceeded'

/**
 * Throws if the stream can never hold the message. With `overflow: 'fail'` it throws in any case: an OverflowError that names the
 * consumer furthest behind, or the error itself if no consumer can make room by what it acknowledges.
 */
async function checkRoom(
  nc: NatsConnection,
  error: Error,
  { subject, payload }: Message,
  overflow: 'block' | 'fail',
): Promise<void> {
  if (overflow === 'block' && error.message !== TOO_MANY_BYTES) return
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const stream = await jsm.streams.find(subject)
  const { retention, max_bytes } = (await jsm.streams.info(stream)).config
  const place = `subject ${subject}`
  // No server needs fewer bytes for a message; how many more depends on its version.
  const size = Buffer.byteLength(subject) + Buffer.byteLength(payload)
  if (max_bytes > 0 && size >= max_bytes)
    throw located(
      error,
      place,
      `the message alone takes ${size} bytes or more, and stream ${stream} holds at most ${max_bytes}: raise its max_bytes`,
    )
  if (overflow === 'block') return
  const laggard = await furthestBehind(jsm, stream)
  if (retention === RetentionPolicy.Limits || max_bytes > 0 || laggard === undefined)
    throw located(error, place)
  throw overflowOf(laggard)
}
