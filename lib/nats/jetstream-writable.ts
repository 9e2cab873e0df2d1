import { Writable } from 'node:stream'
import { jetstream, jetstreamManager, type JetStreamClient, type PubAck } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ArgumentError, prematureClose, show } from '../errors.ts'
import { failOnAbort } from '../kernel/abort.ts'
import { callback, flag, positiveInteger, signal, type Rule } from '../kernel/options.ts'
import { codes, isOutage, located, onReconnect, pause, refusal } from './outage.ts'
import { payloadOf } from './payload.ts'

/** The options of every Writable over JetStream. */
export interface JetStreamWriteOptions<T> {
  /**
   * Returns the id of the message for an item. A message that is on its way when the connection is lost is published again
   * once it is back. If the server had stored it the first time, it drops the second one, by its id, within the stream's
   * `duplicate_window`: two minutes by default. Without ids, it would store the item twice. A server that is killed forgets
   * the ids of messages that it no longer holds, such as those that every branch of a multicast has acknowledged. So even
   * with ids, an item may be stored twice after a crash: what is promised is at least once.
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

/** The options of a Writable, with their defaults. */
export function writeSettings<T>(options: JetStreamWriteOptions<T>): WriteSettings {
  const { msgId, highWaterMark = 1, ordered = true, signal } = options
  if (ordered && highWaterMark > 1)
    throw new ArgumentError('highWaterMark', '1 unless `ordered` is false', `${highWaterMark}`)
  return { msgId: msgId as WriteSettings['msgId'], highWaterMark, signal }
}

export interface WritableSettings extends WriteSettings {
  readonly subject: (item: unknown) => string
  /** Called before the first message is published. */
  readonly open?: () => Promise<unknown>
  /**
   * Called when the server refuses a message because the stream is full: throws if the message is not to be published again.
   */
  readonly onFull: (error: Error, message: Message) => Promise<void>
}

/** What is published for an item. */
export interface Message {
  readonly subject: string
  readonly payload: string | Uint8Array
  readonly msgID: string | undefined
}

type Callback = (error?: Error | null) => void

/**
 * How long a message is published again and again while the server cannot be reached or does not answer, in milliseconds.
 */
const LONGEST_OUTAGE = 60_000

/** Publishes items to a stream. The callback of a write is called when the server has acknowledged the message. */
export class JetStreamWritable extends Writable {
  readonly #nc: NatsConnection
  readonly #client: JetStreamClient
  readonly #settings: WritableSettings
  readonly #closed = new AbortController()
  readonly #unlisten: (() => void) | undefined
  readonly #unanswered = new Set<() => void>()
  #unwatch: (() => void) | undefined
  #opening: Promise<unknown> | undefined
  /** Once a message has been stored, a subject that nobody answers for is an outage and no longer a mistake. */
  #hasPublished = false

  constructor(nc: NatsConnection, settings: WritableSettings) {
    super({ objectMode: true, highWaterMark: settings.highWaterMark })
    this.#nc = nc
    this.#client = jetstream(nc)
    this.#settings = settings
    this.#unlisten = failOnAbort(settings.signal, (error) => this.destroy(error))
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: Callback): void {
    this.#publish(item).then(() => callback(), callback)
  }

  override _writev(items: { chunk: unknown }[], callback: Callback): void {
    this.#publishAll(items.map(({ chunk }) => chunk)).then(() => callback(), callback)
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    this.#unwatch?.()
    this.#closed.abort()
    this.#giveUp()
    callback(error)
  }

  async #open(): Promise<void> {
    await this.#settings.open?.()
    if (this.destroyed) return
    this.#unwatch = onReconnect(this.#nc, () => this.#giveUp())
  }

  /** Messages under way will not be answered. */
  #giveUp(): void {
    this.#unanswered.forEach((giveUp) => giveUp())
  }

  /** Up to `highWaterMark` at once, so one after the other if that is 1. */
  async #publishAll(items: readonly unknown[]): Promise<void> {
    const waiting = items.values()
    const lanes = Array.from({ length: Math.min(this.#settings.highWaterMark, items.length) }, async () => {
      for (const item of waiting) await this.#publish(item)
    })
    await Promise.all(lanes)
  }

  async #publish(item: unknown): Promise<void> {
    await (this.#opening ??= this.#open())
    const message = {
      subject: this.#settings.subject(item),
      payload: payloadOf(item),
      msgID: this.#idOf(item),
    }
    let answered = performance.now()
    for (let attempt = 1; !this.destroyed; attempt++) {
      try {
        const acknowledgement = await this.#send(message)
        if (acknowledgement !== undefined) return this.#checkStored(acknowledgement, message)
        answered = performance.now()
      } catch (error) {
        answered = await this.#recover(error as Error, message, answered)
      }
      await pause(attempt, this.#closed.signal)
    }
    throw this.errored ?? prematureClose()
  }

  /** What the server has answered; undefined if the connection was lost in the meantime, and with it the answer. */
  #send({ subject, payload, msgID }: Message): Promise<PubAck | undefined> {
    const published = this.#client.publish(subject, payload, msgID === undefined ? {} : { msgID })
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(undefined)
      this.#unanswered.add(giveUp)
      void published.then(resolve, reject).then(() => this.#unanswered.delete(giveUp))
    })
  }

  /** Throws if something that listens to the subject has answered, and no stream. */
  #checkStored({ stream }: Partial<PubAck>, { subject }: Message): void {
    if (stream === undefined) throw notStored(subject)
    this.#hasPublished = true
  }

  #idOf(item: unknown): string | undefined {
    const { msgId } = this.#settings
    if (msgId === undefined) return undefined
    const id = msgId(item)
    if (typeof id === 'string' && /^[^\r\n]+$/.test(id)) return id
    throw new ArgumentError('msgId', 'a function that returns a string without line breaks', show(id))
  }

  /** Throws unless the message is to be published again; resolves with when the server answered last. */
  async #recover(error: Error, message: Message, answered: number): Promise<number> {
    const { subject } = message
    if (refusal(error) === codes.streamFull) {
      await this.#unlessOutage(this.#settings.onFull(error, message))
      return performance.now()
    }
    if (error.name === 'JetStreamNotEnabled') {
      if (!this.#hasPublished) throw notStored(subject)
      await this.#unlessOutage(this.#findStream(subject))
    }
    if (!isOutage(error, this.#nc) || performance.now() - answered > LONGEST_OUTAGE)
      throw located(error, `subject ${subject}`)
    return answered
  }

  /** Throws if the server is there and no stream stores the subject any more. */
  async #findStream(subject: string): Promise<void> {
    const jsm = await jetstreamManager(this.#nc, { checkAPI: false })
    await jsm.streams.find(subject).catch((error: unknown) => {
      throw located(error as Error, `subject ${subject}`)
    })
  }

  /** What a server that is lost cannot tell is asked again after the next attempt. */
  async #unlessOutage(request: Promise<void>): Promise<void> {
    await request.catch((error: unknown) => {
      if (!isOutage(error, this.#nc)) throw error
    })
  }
}

const notStored = (subject: string): ArgumentError =>
  new ArgumentError('subject', 'a subject that a stream of the server stores', show(subject))
