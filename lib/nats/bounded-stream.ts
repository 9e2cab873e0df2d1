import { createHash } from 'node:crypto'
import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  type ConsumerInfo,
  type JetStreamManager,
  type StreamConfig,
  type StreamState,
} from '@nats-io/jetstream'
import { ArgumentError, OverflowError } from '../errors.ts'
import { codes, refusal, unlessMissing } from './outage.ts'

export interface BoundedStreamSettings {
  readonly stream: string
  readonly subject: string
  readonly maxlen: number
  /** The durable consumers. */
  readonly names: readonly string[]
}

/**
 * Creates the stream with its consumers, unless it exists. A message that is published while a consumer does not exist yet
 * is acknowledged and never stored for it. So the stream has a placeholder as its subject until it has all of its
 * consumers; a consumer that is missing after that has been detached. Any number of processes may do this at the same time.
 */
export async function ensureBoundedStream(
  jsm: JetStreamManager,
  settings: BoundedStreamSettings,
): Promise<void> {
  const { stream, subject, names } = settings
  const placeholder = `${stream}.being.created`
  const { config } =
    (await unlessMissing(jsm.streams.info(stream))) ?? (await create(jsm, settings, placeholder))
  checkConfig(config, settings, placeholder)
  if (config.subjects[0] !== placeholder) return
  for (const name of names)
    await jsm.consumers.add(stream, { durable_name: name, ack_policy: AckPolicy.Explicit })
  await jsm.streams.update(stream, { subjects: [subject] })
}

async function create(
  jsm: JetStreamManager,
  { stream, maxlen, names }: BoundedStreamSettings,
  placeholder: string,
): Promise<{ config: StreamConfig }> {
  const config = {
    name: stream,
    description: descriptionOf(names),
    subjects: [placeholder],
    retention: RetentionPolicy.Interest,
    discard: DiscardPolicy.New,
    max_msgs: maxlen,
  }
  return await jsm.streams.add(config).catch((error: unknown) => {
    // Another process was faster.
    if (refusal(error) === codes.streamNameInUse) return jsm.streams.info(stream)
    throw error
  })
}

const DESCRIPTION = 'The branches are '
const LONGEST_DESCRIPTION = 4000

/** What the stream remembers of its branches, so that every process names the same ones. */
function descriptionOf(names: readonly string[]): string {
  const list = names.join(', ')
  const isShort = Buffer.byteLength(list) < LONGEST_DESCRIPTION
  const digest = (): string => createHash('sha256').update(list).digest('hex')
  return DESCRIPTION + (isShort ? list : `${names.length} names with the SHA-256 ${digest()}`)
}

function checkConfig(config: StreamConfig, settings: BoundedStreamSettings, placeholder: string): void {
  const { stream, subject, maxlen, names } = settings
  const { retention, discard, max_msgs, max_bytes, subjects, description = '' } = config
  if (retention !== RetentionPolicy.Interest || discard !== DiscardPolicy.New || max_bytes > 0)
    throw new ArgumentError(
      'stream',
      'a stream with interest retention that discards new messages and has no max_bytes',
      `'${stream}'`,
      'choose a name that is free',
    )
  if (max_msgs !== maxlen)
    throw new ArgumentError('maxlen', `${max_msgs}, as for '${stream}' on the server`, `${maxlen}`)
  if (subjects.length !== 1 || ![subject, placeholder].includes(subjects[0] as string))
    throw new ArgumentError(
      'subject',
      `'${subjects.join()}', as for '${stream}' on the server`,
      `'${subject}'`,
    )
  const [given, found] = [descriptionOf(names), description].map((text) => text.slice(DESCRIPTION.length))
  if (description.startsWith(DESCRIPTION) && given !== found)
    throw new ArgumentError('n', `${found}, as for '${stream}' on the server`, given)
}

/** The lag of a consumer, and how much of it is in flight. */
export interface Lag {
  readonly lag: number
  readonly inFlight: number
}

/**
 * How many messages a consumer has not acknowledged. For about a second, a server that was killed counts messages as in flight
 * that its stream no longer holds; these are left out.
 */
export function lagOf(
  { num_pending, num_ack_pending, delivered }: ConsumerInfo,
  { first_seq }: StreamState,
): Lag {
  const inFlight = Math.min(num_ack_pending, Math.max(0, delivered.stream_seq - first_seq + 1))
  return { lag: num_pending + inFlight, inFlight }
}

/** A consumer, and its index among the names; -1 if it has none of these. */
export interface Laggard {
  readonly name: string
  readonly index: number
  readonly lag: number
  /** How many messages the stream may hold. */
  readonly maxlen: number
  /** How many of the named consumers there are. */
  readonly branches: number
}

/**
 * The consumer of a stream that is furthest behind, the first of `names` among equals; undefined if the stream has none. `names`
 * are those of its consumers in alphabetical order by default.
 */
export async function furthestBehind(
  jsm: JetStreamManager,
  stream: string,
  names?: readonly string[],
): Promise<Laggard | undefined> {
  const lags = new Map<string, number>()
  const { state, config } = await jsm.streams.info(stream)
  for await (const consumer of jsm.consumers.list(stream)) lags.set(consumer.name, lagOf(consumer, state).lag)
  const consumers = [...lags.keys()].sort()
  const known = names ?? consumers
  const branches = known.filter((name) => lags.has(name)).length
  let laggard: Laggard | undefined
  for (const name of new Set([...known, ...consumers])) {
    const lag = lags.get(name)
    if (lag !== undefined && lag > (laggard?.lag ?? -1))
      laggard = { name, index: known.indexOf(name), lag, maxlen: config.max_msgs, branches }
  }
  return laggard
}

export const overflowOf = ({ name, index, lag, maxlen }: Omit<Laggard, 'branches'>): OverflowError =>
  new OverflowError(index, lag, maxlen, 'consumer', name)
