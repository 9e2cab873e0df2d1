import type { Writable } from 'node:stream'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { check, isListOf, oneOf, positiveInteger, readOptions, type Rule } from '../kernel/options.ts'
import type { TypedReadable } from '../streams/stream-types.ts'
import { JetStreamHub, type JetStreamBranchStats } from './jetstream-hub.ts'
import type { JetStreamReadOptions } from './jetstream-readable.ts'
import type { JetStreamWriteOptions } from './jetstream-writable.ts'
import { connectionRule, nameRule, publishSubjectRule } from './rules.ts'

export type { JetStreamBranchStats }

export interface JetStreamMulticastOptions {
  /** The name of the stream, which is created if it does not exist. */
  stream: string
  /** The subject of its messages: the name of the stream by default. */
  subject?: string | undefined
  /** How many messages the stream holds, which is how far a branch may lag: 1024 by default. */
  maxlen?: number | undefined
  /**
   * What happens to a write that would make a branch lag further: `'block'`, the default, waits; `'fail'` fails the Writable with an
   * OverflowError that names the branch furthest behind; `'detach'` removes that branch, whose source fails with the OverflowError.
   * The last branch is never removed: the Writable fails instead.
   */
  overflow?: 'block' | 'fail' | 'detach' | undefined
}

export interface JetStreamMulticast {
  /** The names of the branches. */
  readonly names: readonly string[]
  /** A Writable for the source of the multicast. There may be several, in several processes. */
  writable<T = unknown>(options?: JetStreamWriteOptions<T>): Writable
  /** The Readable of a branch, by its name or index. Read each branch in one place, or with `shared: true` in several. */
  branch(branch: number | string, options?: JetStreamReadOptions): TypedReadable<JsMsg>
  /** How far each branch is behind, from the server's figures. */
  stats(): Promise<JetStreamBranchStats[]>
}

const MAX_BRANCHES = 1024
const branchesRule: Rule = {
  expected: `a number of branches from 1 to ${MAX_BRANCHES}, or an array of that many different names`,
  holds: (value) =>
    Array.isArray(value)
      ? isListOf(value, nameRule.holds) &&
        new Set(value).size === value.length &&
        value.length >= 1 &&
        value.length <= MAX_BRANCHES
      : positiveInteger.holds(value) && (value as number) <= MAX_BRANCHES,
}
const noByteLimit: Rule = {
  expected:
    'left out: a server that discards new messages may lose acknowledged ones when it limits bytes. Limit messages with maxlen',
  holds: () => false,
}
const rules = {
  stream: nameRule,
  subject: publishSubjectRule,
  maxlen: positiveInteger,
  overflow: oneOf('block', 'fail', 'detach'),
  max_bytes: noByteLimit,
} satisfies Record<string, Rule>

/**
 * A bounded multicast between processes: what is written in any of them reaches every branch, wherever it is read. Each process
 * calls this with the same arguments; the server holds what some branch has not acknowledged.
 *
 * Order: the order in which the server has stored the messages, in every branch.
 *
 * Memory: the server holds at most `maxlen` messages, those in flight included, so the fastest branch leads the slowest by no more.
 *
 * Opens and closes: the first write, read or `stats()` creates the stream and all of its branches, unless they exist, before anything
 * is published. They stay until you delete them on the server. The connection is yours to close.
 *
 * Emits when: a message is stored, and the branch has less than its `highWaterMark` in flight.
 *
 * Backpressures when: the slowest branch is `maxlen` behind; then the server refuses messages, and a write waits until it takes them.
 *
 * Completes when: a Writable, when everything written is stored. The end of a Writable is not sent to the branches: use `until`.
 *
 * Cancels when: a stream is destroyed, or its signal aborts. The branch stays: if nobody reads it again, the writers wait for it.
 *
 * Errors: `OverflowError` (`ERR_FANPIPE_OVERFLOW`) as `overflow` says. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an argument or
 * option that cannot be used, or that differs from what the stream was created with.
 *
 * See also: `fromJetStream`, `toJetStream`; `multicast` in one process.
 *
 * Use `toJetStream` and `fromJetStream` over a stream with limits retention instead when readers may come later and read what is old.
 *
 * @example
 * import { pipeline } from 'node:stream/promises'
 * import { connect } from '@nats-io/transport-node'
 * import { jetStreamMulticast } from 'fanpipe/nats'
 *
 * const nc = await connect()
 * const hub = jetStreamMulticast(nc, ['mail', 'archive'], { stream: 'invoices', maxlen: 100 })
 * await pipeline(['a', 'b'], hub.writable())
 * const texts = async (name) => {
 *   const found = []
 *   for await (const message of hub.branch(name, { until: 'last-at-start' })) found.push(message.string())
 *   return found
 * }
 * const read = await Promise.all([texts('mail'), texts('archive')])
 * await nc.drain()
 * read // => [['a', 'b'], ['a', 'b']]
 */
export function jetStreamMulticast(
  nc: NatsConnection,
  n: number | readonly string[],
  options: JetStreamMulticastOptions,
): JetStreamMulticast {
  check(nc, 'nc', connectionRule)
  check(n, 'n', branchesRule)
  const names =
    typeof n === 'number' ? Array.from({ length: n }, (_, i) => `branch-${i}`) : ([...n] as readonly string[])
  const { stream, subject = stream, maxlen = 1024, overflow = 'block' } = readOptions(options, rules)
  check(stream, 'stream', nameRule)
  return new JetStreamHub(nc, { names, stream, subject, maxlen, overflow })
}
