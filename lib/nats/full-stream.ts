import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import { OverflowError } from '../errors.ts'

/** How many messages a consumer has not acknowledged, those that it has not been sent yet included. */
export const lagOf = ({ num_pending, num_ack_pending }: ConsumerInfo): number => num_pending + num_ack_pending

/** A consumer, and its index among the names of all consumers. */
export interface Laggard {
  readonly name: string
  readonly index: number
  readonly lag: number
  /** How many consumers there are. */
  readonly of: number
}

/** The consumer of a stream that is furthest behind; undefined if the stream has none. `names` are in alphabetical order by default. */
export async function furthestBehind(
  jsm: JetStreamManager,
  stream: string,
  names?: readonly string[],
): Promise<Laggard | undefined> {
  const lags = new Map<string, number>()
  for await (const consumer of jsm.consumers.list(stream)) lags.set(consumer.name, lagOf(consumer))
  let laggard: Laggard | undefined
  for (const [index, name] of (names ?? [...lags.keys()].sort()).entries()) {
    const lag = lags.get(name)
    if (lag !== undefined && lag > (laggard?.lag ?? -1)) laggard = { name, index, lag, of: lags.size }
  }
  return laggard
}

export const overflowOf = ({ name, index, lag }: Omit<Laggard, 'of'>, maxlen: number): OverflowError =>
  new OverflowError(index, lag, maxlen, 'consumer', name)
