import {
  AckPolicy,
  DeliverPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type JetStreamManager,
} from '@nats-io/jetstream'
import { ArgumentError, show } from '../errors.ts'
import { codes, pause, refusal, unlessMissing } from './outage.ts'

/** Where a new consumer starts: at the first message, at the next one, at a sequence number or at a time. */
export type JetStreamStart = 'first' | 'next' | number | Date

export interface ConsumerSettings {
  readonly stream: string
  readonly durable: string | undefined
  readonly filter: string | undefined
  /** Undefined if the durable is not created when it does not exist. */
  readonly start: JetStreamStart | undefined
  readonly highWaterMark: number
  /** In milliseconds. */
  readonly ackWait: number
  /** Others read the same durable. */
  readonly shared: boolean
}

const NANOSECONDS_A_MILLISECOND = 1_000_000
/** How long a request for messages waits at the server, in milliseconds; heartbeats come twice as often. */
export const REQUEST_EXPIRES = 10_000
/** How much longer a request may seem to wait. */
const GRACE = 2_000
/** How long the server keeps a consumer without a name that nobody reads. */
const INACTIVE = 60_000 * NANOSECONDS_A_MILLISECOND

/** The consumer of a source: the durable as its last reader has left it, or a new one. */
export async function openConsumer(
  jsm: JetStreamManager,
  settings: ConsumerSettings,
  signal: AbortSignal,
): Promise<ConsumerInfo> {
  const { stream, durable, filter, start, shared } = settings
  if (durable === undefined) return await create(jsm, settings, { inactive_threshold: INACTIVE })
  const lookup = jsm.consumers.info(stream, durable)
  const existing = await (start === undefined ? lookup : unlessMissing(lookup))
  if (existing === undefined) return await create(jsm, settings, { durable_name: durable })
  checkDurable(existing.config, filter)
  const found = shared ? existing : await untilUnread(jsm, existing, signal)
  const limits = limitsOf(settings)
  const { max_ack_pending, ack_wait } = found.config
  return max_ack_pending === limits.max_ack_pending && ack_wait === limits.ack_wait
    ? found
    : await jsm.consumers.update(stream, durable, limits)
}

/**
 * Waits until no reader has a request for messages pending. The request of a reader that crashed is gone at once; if the server
 * cannot see that the reader is gone, as after a power failure, the request ends when it expires.
 */
async function untilUnread(
  jsm: JetStreamManager,
  found: ConsumerInfo,
  signal: AbortSignal,
): Promise<ConsumerInfo> {
  const { stream_name, name } = found
  const start = performance.now()
  let consumer = found
  for (let attempt = 1; consumer.num_waiting > 0 && !signal.aborted; attempt++) {
    if (performance.now() - start > REQUEST_EXPIRES + GRACE)
      throw new ArgumentError(
        'durable',
        'a durable that nothing else reads',
        show(name),
        'choose another name, or set `shared: true` in all of its readers',
      )
    await pause(attempt, signal)
    consumer = await jsm.consumers.info(stream_name, name)
  }
  return consumer
}

const limitsOf = ({ highWaterMark, ackWait }: ConsumerSettings) => ({
  max_ack_pending: highWaterMark,
  ack_wait: Math.round(ackWait * NANOSECONDS_A_MILLISECOND),
})

async function create(
  jsm: JetStreamManager,
  settings: ConsumerSettings,
  name: Pick<ConsumerConfig, 'durable_name'> | Pick<ConsumerConfig, 'inactive_threshold'>,
): Promise<ConsumerInfo> {
  const { stream, filter, start } = settings
  const config = {
    ack_policy: AckPolicy.Explicit,
    ...startOf(start),
    ...limitsOf(settings),
    ...(filter === undefined ? {} : { filter_subject: filter }),
    ...name,
  }
  return await jsm.consumers.add(stream, config).catch((error: unknown) => {
    if (refusal(error) !== codes.filterNotStored) throw error
    throw new ArgumentError('filter', `a subject that stream ${stream} stores`, show(filter))
  })
}

function startOf(start: JetStreamStart | undefined): Partial<ConsumerConfig> {
  if (start === undefined || start === 'first') return { deliver_policy: DeliverPolicy.All }
  if (start === 'next') return { deliver_policy: DeliverPolicy.New }
  if (typeof start === 'number') return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start }
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.toISOString() }
}

function checkDurable(config: ConsumerConfig, filter: string | undefined): void {
  const { durable_name, deliver_subject, ack_policy, filter_subject } = config
  if (deliver_subject !== undefined || ack_policy !== AckPolicy.Explicit)
    throw new ArgumentError('durable', 'a pull consumer that is acknowledged explicitly', durable_name)
  if ((filter_subject ?? '') !== (filter ?? ''))
    throw new ArgumentError(
      'filter',
      filter_subject === undefined ? 'left out' : `'${filter_subject}'`,
      filter,
      `the durable ${durable_name} was created with it; choose another name for another filter`,
    )
}
