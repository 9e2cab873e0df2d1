import { Readable } from 'node:stream'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { failOnAbort } from '../kernel/abort.ts'
import { systemClock } from '../kernel/clock.ts'
import { Queue } from '../kernel/queue.ts'
import { flag, oneOf, positiveInteger, signal, type Rule } from '../kernel/options.ts'
import type { TypedReadable } from '../streams/stream-types.ts'
import { End, endRule, type JetStreamEnd } from './end.ts'
import { Feed, type FeedEvents, type FeedSettings } from './feed.ts'
import { located } from './outage.ts'
import { ackWaitRule } from './rules.ts'

/** The options of every source over JetStream. */
export interface JetStreamReadOptions {
  /** Where the source ends; it does not end by default. See `JetStreamEnd`. */
  until?: JetStreamEnd | undefined
  /**
   * `'pull'`, the default: an item is acknowledged when the next one is asked for; acknowledgements within a millisecond of each
   * other are sent together. `'hand'`: when its `ack()` is called, in any order.
   */
  ack?: 'pull' | 'hand' | undefined
  /**
   * How many messages may be unacknowledged, including those that wait here: 16 by default. It is the consumer's
   * `max_ack_pending`, so it holds for all readers of a shared durable together.
   */
  highWaterMark?: number | undefined
  /** After how many milliseconds the server delivers an unacknowledged message again: 30,000 by default. */
  ackWait?: number | undefined
  /**
   * `true`: several sources read the same durable, and each message goes to one of them. By default a source is the only
   * reader, so that it can take over at once, and in order, what a reader before it has left unacknowledged. While another one
   * reads the durable, it waits; after 12 seconds it fails.
   */
  shared?: boolean | undefined
  /** Aborts: the source fails with an AbortError whose `cause` is the reason. */
  signal?: AbortSignal | undefined
}

export const readRules = {
  until: endRule,
  ack: oneOf('pull', 'hand'),
  highWaterMark: positiveInteger,
  ackWait: ackWaitRule,
  shared: flag,
  signal,
} satisfies Record<string, Rule>

/** The options of a source, with their defaults. */
export const readSettings = ({
  until,
  ack = 'pull',
  highWaterMark = 16,
  ackWait = 30_000,
  shared = false,
  signal,
}: JetStreamReadOptions) => ({ until, acknowledges: ack === 'pull', highWaterMark, ackWait, shared, signal })

export interface SourceSettings extends FeedSettings {
  readonly until: JetStreamEnd | undefined
  readonly signal: AbortSignal | undefined
  /** What the source fails with instead of an error of the client; undefined for that error, with its place. */
  readonly failure?: (error: Error) => Error | undefined
}

/** How often the server is asked whether the end has been reached, in milliseconds, while no message comes. */
const END_CHECK = 250

interface Arrived {
  readonly message: JsMsg
  /** How many messages were to come after it when it was sent. */
  readonly remaining: number
}

/**
 * The messages of a consumer as a Readable. What has arrived waits here and not in the Readable's own buffer, whose
 * highWaterMark is 0: then Node calls `_read` only when the consumer of the stream asks for an item, which is when the one
 * before is acknowledged.
 */
class JetStreamReadable extends Readable implements FeedEvents {
  readonly #settings: SourceSettings
  readonly #feed: Feed
  readonly #end: End
  readonly #arrived = new Queue<Arrived>()
  readonly #unlisten: (() => void) | undefined
  #isOpen = false
  #isAsked = false
  #isOver = false
  #failure: Error | undefined
  /** The last item that was given, if the next `_read` is to acknowledge it. */
  #given: JsMsg | undefined
  /** Runs while a message is waited for. */
  #timer: unknown

  constructor(nc: NatsConnection, settings: SourceSettings) {
    super({ objectMode: true, highWaterMark: 0 })
    this.#settings = settings
    this.#feed = new Feed(nc, settings, this)
    this.#end = new End(settings.until)
    this.#unlisten = failOnAbort(settings.signal, (error) => this.destroy(error))
  }

  onMessage(message: JsMsg, remaining: number): void {
    this.#stopWaiting()
    this.#arrived.push({ message, remaining })
    this.#give()
  }

  onFailure(error: Error): void {
    this.#failure = this.#failureOf(error)
    this.#give()
  }

  override _read(): void {
    this.#isAsked = true
    if (this.#isOpen) {
      // An acknowledgement makes the server send another message.
      if (this.#isOver) this.#feed.stop()
      if (this.#given !== undefined) this.#feed.acknowledge(this.#given)
      this.#given = undefined
      this.#give()
    } else {
      this.#isOpen = true
      void this.#open()
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#unlisten?.()
    this.#stopWaiting()
    const unread = this.#settings.shared ? this.#unread() : []
    this.#feed.close(unread).then(() => callback(error), callback)
  }

  /** What has arrived and is not acknowledged, without what was given to be acknowledged by hand. */
  #unread(): JsMsg[] {
    const waiting = this.#arrived.takeAll().map(({ message }) => message)
    return this.#given === undefined ? waiting : [this.#given, ...waiting]
  }

  async #open(): Promise<void> {
    try {
      const opened = await this.#feed.open()
      if (opened !== undefined && this.#end.start(opened)) this.#isOver = true
      this.#give()
    } catch (error) {
      this.destroy(this.#failureOf(error as Error))
    }
  }

  #failureOf(error: Error): Error {
    const { failure, stream, durable } = this.#settings
    const place = `stream ${stream}${durable === undefined ? '' : `, durable ${durable}`}`
    return failure?.(error) ?? located(error, place)
  }

  /** Gives the next item, or the end, if it is asked for. */
  #give(): void {
    if (!this.#isAsked || this.destroyed) return
    const next = this.#arrived.peek()
    if (this.#isOver || (next !== undefined && this.#end.isBehind(next.message))) this.#finish()
    else if (next !== undefined) this.#giveMessage(next)
    else if (this.#failure !== undefined) this.destroy(this.#failure)
    else this.#waitForMessage()
  }

  #finish(): void {
    this.#isOver = true
    this.#feed.stop()
    this.push(null)
  }

  #giveMessage({ message, remaining }: Arrived): void {
    this.#arrived.shift()
    try {
      this.#isOver = this.#end.isAt(message, remaining)
    } catch (error) {
      return void this.destroy(error as Error)
    }
    this.#isAsked = false
    if (this.#settings.acknowledges) this.#given = message
    this.push(message)
  }

  #waitForMessage(): void {
    this.#stopWaiting()
    const pause = this.#end.idle ?? (this.#end.last < Infinity ? END_CHECK : undefined)
    if (pause !== undefined) this.#timer = systemClock.setTimeout(() => void this.#finishIfDone(), pause)
  }

  #stopWaiting(): void {
    systemClock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /**
   * Nothing has come for a while. That is no end while the server is lost. The last message may never come: it was deleted,
   * has another subject, or another reader has it.
   */
  async #finishIfDone(): Promise<void> {
    const timer = this.#timer
    const found = await this.#feed.check()
    if (timer !== this.#timer) return
    if (found !== undefined && this.#end.isReached(found)) this.#finish()
    else this.#waitForMessage()
  }
}

export const toReadable = (nc: NatsConnection, settings: SourceSettings): TypedReadable<JsMsg> =>
  new JetStreamReadable(nc, settings) as Readable as TypedReadable<JsMsg>
