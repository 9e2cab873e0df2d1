import { ArgumentError } from '../errors.ts'
import { callback, flag, positiveInteger, signal, type Rule } from '../kernel/options.ts'

/** The options of every Writable over JetStream. */
export interface JetStreamWriteOptions<T> {
  /**
   * The id of the message made from an item. The server drops a message whose id it has seen within the stream's `duplicate_window`,
   * two minutes by default. Without ids, an item whose acknowledgement was lost may be stored twice.
   */
  msgId?: ((item: T) => string) | undefined
  /** How many messages may be on their way: 1 by default. More is faster, and needs `ordered: false`. */
  highWaterMark?: number | undefined
  /** `false`: a message that had to be published again may come behind later ones. */
  ordered?: boolean | undefined
  /** Aborts: the Writable fails with an AbortError whose `cause` is the reason. */
  signal?: AbortSignal | undefined
}

export const writeRules = {
  msgId: callback,
  highWaterMark: positiveInteger,
  ordered: flag,
  signal,
} satisfies Record<string, Rule>

export interface WriteSettings {
  readonly msgId: ((item: unknown) => unknown) | undefined
  readonly highWaterMark: number
  readonly signal: AbortSignal | undefined
}

/** What the options of a Writable mean where they are not set. */
export function writeSettings<T>(options: JetStreamWriteOptions<T>): WriteSettings {
  const { msgId, highWaterMark = 1, ordered = true, signal } = options
  if (ordered && highWaterMark > 1)
    throw new ArgumentError('highWaterMark', '1 unless `ordered` is false', `${highWaterMark}`)
  return { msgId: msgId as WriteSettings['msgId'], highWaterMark, signal }
}
