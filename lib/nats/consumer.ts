import {
  AckPolicy,
  DeliverPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type JetStreamManager,
} from '@nats-io/jetstream'
import { ArgumentError, show } from '../errors.ts'
import { codes, refusal, unlessMissing } from './outage.ts'

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
}

const NANOSECONDS = 1_000_000
/** How long the server keeps a consumer without a name that nobody reads. */
const INACTIVE = 60_000 * NANOSECONDS

/** The consumer of a source: the durable as its last reader has left it, or a new one. */
export async function openConsumer(jsm: JetStreamManager, settings: ConsumerSettings): Promise<ConsumerInfo> {
  const { stream, durable, filter, start, highWaterMark } = settings
  const lookup = durable === undefined ? undefined : jsm.consumers.info(stream, durable)
  const found = await (lookup !== undefined && start !== undefined ? unlessMissing(lookup) : lookup)
  const limits = { max_ack_pending: highWaterMark, ack_wait: Math.round(settings.ackWait * NANOSECONDS) }
  if (found === undefined || durable === undefined) {
    const config = {
      ack_policy: AckPolicy.Explicit,
      ...startOf(start),
      ...limits,
      ...(filter === undefined ? {} : { filter_subject: filter }),
      ...(durable === undefined ? { inactive_threshold: INACTIVE } : { durable_name: durable }),
    }
    return await jsm.consumers.add(stream, config).catch((error: unknown) => {
      const isFilter = refusal(error) === codes.filterNotStored
      throw isFilter
        ? new ArgumentError('filter', `a subject that stream ${stream} stores`, show(filter))
        : error
    })
  }
  checkDurable(found.config, filter)
  const { max_ack_pending, ack_wait } = found.config
  return max_ack_pending === limits.max_ack_pending && ack_wait === limits.ack_wait
    ? found
    : await jsm.consumers.update(stream, durable, limits)
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
