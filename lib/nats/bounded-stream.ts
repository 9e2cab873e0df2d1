import {
  AckPolicy,
  DiscardPolicy,
  RetentionPolicy,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import { ArgumentError } from '../errors.ts'
import { codes, refusal, unlessMissing } from './connection.ts'

export interface BoundedStreamSettings {
  readonly stream: string
  readonly subject: string
  readonly maxlen: number
  /** The durable consumers. */
  readonly names: readonly string[]
}

/**
 * Creates the stream with its consumers, unless it is there. A message that is published while a consumer does not exist yet is
 * acknowledged and never stored for it. So the stream stores a placeholder instead of its subject until it has all of its consumers;
 * a consumer that is missing after that has been detached. Any number of processes may do this at the same time.
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
  { stream, maxlen }: BoundedStreamSettings,
  placeholder: string,
): Promise<{ config: StreamConfig }> {
  const config = {
    name: stream,
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

function checkConfig(config: StreamConfig, settings: BoundedStreamSettings, placeholder: string): void {
  const { stream, subject, maxlen } = settings
  const { retention, discard, max_msgs, max_bytes, subjects } = config
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
}
