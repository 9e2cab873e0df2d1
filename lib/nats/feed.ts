import { setTimeout } from 'node:timers/promises'
import {
  jetstream,
  jetstreamManager,
  type ConsumerInfo,
  type ConsumerMessages,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { AckBatch } from './ack-batch.ts'
import { Arrivals } from './arrivals.ts'
import { lagOf } from './bounded-stream.ts'
import { openConsumer, REQUEST_EXPIRES, type ConsumerSettings } from './consumer.ts'
import { isMissing, isOutage, onReconnect, pause } from './outage.ts'

export interface FeedSettings extends ConsumerSettings {
  /** Messages are acknowledged one after the other by `acknowledge`, and not by hand. */
  readonly acknowledges: boolean
  /** Called before the consumer is looked up. */
  readonly prepare?: () => Promise<unknown>
}

/** What is in the stream. */
export interface Opened {
  /** The sequence number of the last message of the stream. */
  readonly last: number
  /** Whether no message awaits the consumer, or is on its way. */
  readonly isEmpty: boolean
}

export interface FeedEvents {
  /** `remaining` is how many messages were to come after this one when it was sent. */
  onMessage(message: JsMsg, remaining: number): void
  onFailure(error: Error): void
}

/** How many messages are asked for at once, if they do not have to be acknowledged first. Each request is a write of its own. */
const BATCH = 1_000
/** How long closing waits for the server. */
const CLOSE_TIMEOUT = 1_000

/**
 * The messages of a consumer, through reconnects and restarts of the server. The server sees to it that no more than
 * `highWaterMark` are unacknowledged. When a delivery was lost, the feed begins again behind the last message that has
 * arrived, unless others read the same durable.
 */
export class Feed {
  readonly #nc: NatsConnection
  readonly #settings: FeedSettings
  readonly #events: FeedEvents
  readonly #closed = new AbortController()
  /** The opening or the restart under way. Closing waits for it, so that nothing it opens is left behind. */
  #work: Promise<unknown> | undefined
  #jsm: JetStreamManager | undefined
  #consumer: ConsumerInfo | undefined
  /** When the stream was created. */
  #created: string | undefined
  #messages: ConsumerMessages | undefined
  #unlisten: (() => void) | undefined
  #isRestarting = false
  readonly #arrivals = new Arrivals()
  readonly #acks = new AckBatch()

  constructor(nc: NatsConnection, settings: FeedSettings, events: FeedEvents) {
    this.#nc = nc
    this.#settings = settings
    this.#events = events
  }

  /** Undefined if it was closed in the meantime. */
  open(): Promise<Opened | undefined> {
    return (this.#work = this.#open())
  }

  async #open(): Promise<Opened | undefined> {
    await this.#settings.prepare?.()
    const jsm = await jetstreamManager(this.#nc, { checkAPI: false })
    this.#jsm = jsm
    const { state, created } = await jsm.streams.info(this.#settings.stream)
    if (this.#isClosed()) return undefined
    this.#created = created
    const consumer = (this.#consumer = await openConsumer(jsm, this.#settings, this.#closed.signal))
    await this.#start(jsm, consumer)
    if (!this.#isClosed()) this.#unlisten = onReconnect(this.#nc, () => this.#restart())
    return { last: state.last_seq, isEmpty: lagOf(consumer, state).lag === 0 }
  }

  /** What is in the stream by now; undefined if the server cannot tell, in which case the feed begins again or fails. */
  async check(): Promise<Opened | undefined> {
    const [jsm, consumer] = [this.#jsm, this.#consumer] as [JetStreamManager, ConsumerInfo]
    const { stream, shared } = this.#settings
    try {
      await this.#work
      // One after the other: a message that is stored in the meantime comes after `last`.
      const last = (await jsm.streams.info(stream)).state.last_seq
      const info = await jsm.consumers.info(stream, consumer.name)
      const hasArrived = info.num_ack_pending === 0 || (!shared && this.#arrivals.isComplete(info))
      return { last, isEmpty: info.num_pending === 0 && hasArrived }
    } catch {
      return undefined
    }
  }

  acknowledge(message: JsMsg): void {
    this.#arrivals.acknowledge(message)
    this.#acks.add(message)
  }

  /**
   * Gives back messages that others may read, and resolves when the server knows that and what was acknowledged, if it can
   * be reached.
   */
  async close(unread: readonly JsMsg[]): Promise<void> {
    this.#closed.abort()
    this.stop()
    this.#acks.send()
    this.#unlisten?.()
    const timer = new AbortController()
    const deadline = setTimeout(CLOSE_TIMEOUT, undefined, { signal: timer.signal })
    await Promise.race([this.#leave(unread), deadline]).catch(() => undefined)
    timer.abort()
  }

  async #leave(unread: readonly JsMsg[]): Promise<void> {
    await this.#work?.catch(() => undefined)
    this.stop()
    const { stream, durable } = this.#settings
    const [jsm, consumer] = [this.#jsm, this.#consumer]
    if (this.#nc.isClosed() || jsm === undefined || consumer === undefined) return
    if (durable === undefined) return void (await jsm.consumers.delete(stream, consumer.name))
    // This request makes the server forget that this reader waits for messages, as in `Arrivals.start`.
    if (unread.length > 0) await jsm.consumers.info(stream, consumer.name)
    for (const message of unread) message.nak()
    await this.#nc.flush()
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted
  }

  async #start(jsm: JetStreamManager, consumer: ConsumerInfo): Promise<void> {
    const { shared, highWaterMark } = this.#settings
    if (!shared) await this.#arrivals.start(this.#nc, jsm, consumer)
    if (this.#isClosed()) return
    const messages = (this.#messages = await jetstream(this.#nc)
      .consumers.getConsumerFromInfo(consumer)
      .consume({
        bind: true,
        expires: REQUEST_EXPIRES,
        max_messages: Math.max(highWaterMark, BATCH),
        callback: (message) => this.#receive(message),
      }))
    void this.#watch(messages)
  }

  /** No more messages are wanted. */
  stop(): void {
    void this.#messages?.close()
    this.#messages = undefined
  }

  #receive(message: JsMsg): void {
    const { shared, acknowledges } = this.#settings
    if (shared) return this.#events.onMessage(message, message.info.pending)
    const arrival = this.#arrivals.receive(message)
    if (arrival === 'lost') return this.#restart()
    if (arrival === 'new' || !acknowledges) this.#events.onMessage(message, this.#arrivals.remaining(message))
    // It comes again. If it was acknowledged, the server has lost that; if not, the consumer is still at work on it.
    else if (message.seq <= this.#arrivals.acknowledged) message.ack()
  }

  async #watch(messages: ConsumerMessages): Promise<void> {
    const ended = messages.closed().then((error) => {
      if (this.#messages !== messages) return
      this.#events.onFailure(error ?? new Error('the connection to NATS was closed'))
    })
    for await (const { type } of messages.status()) {
      if (type === 'heartbeats_missed' || type === 'no_responders' || type === 'consumer_deleted')
        this.#restart()
    }
    await ended
  }

  /** Deliveries may have been lost: begins again behind the last message that has arrived. */
  #restart(): void {
    if (this.#isRestarting) return
    this.#isRestarting = true
    this.stop()
    this.#work = this.#retry()
  }

  async #retry(): Promise<void> {
    for (let attempt = 1; !(await this.#tryRestart()); attempt++) await pause(attempt, this.#closed.signal)
    this.#isRestarting = false
  }

  /** Whether no other attempt is needed: it has begun again, was closed, or has failed for good. */
  async #tryRestart(): Promise<boolean> {
    if (this.#isClosed()) return true
    const [jsm, consumer] = [this.#jsm, this.#consumer] as [JetStreamManager, ConsumerInfo]
    const { stream, durable } = this.#settings
    try {
      // The sequence numbers of another stream with the same name mean other messages.
      if ((await jsm.streams.info(stream)).created !== this.#created)
        throw new Error('it was created again while it was read: read it with a new source')
      this.#consumer = await jsm.consumers.info(stream, consumer.name).catch((error: unknown) => {
        if (durable !== undefined || !isMissing(error)) throw error
        const start = (this.#arrivals.last as number) + 1
        return openConsumer(jsm, { ...this.#settings, start }, this.#closed.signal)
      })
      await this.#start(jsm, this.#consumer)
      return true
    } catch (error) {
      if (isOutage(error, this.#nc)) return false
      this.#events.onFailure(error as Error)
      return true
    }
  }
}
