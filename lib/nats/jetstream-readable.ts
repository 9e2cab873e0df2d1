import { Readable } from 'node:stream'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { TypedReadable } from '../streams/stream-types.ts'
import { failOnAbort } from '../kernel/abort.ts'
import { systemClock } from '../kernel/clock.ts'
import { Queue } from '../kernel/queue.ts'
import { End, type JetStreamEnd } from './end.ts'
import { Feed, type FeedEvents, type FeedSettings } from './feed.ts'

export interface SourceSettings extends FeedSettings {
  readonly until: JetStreamEnd | undefined
  readonly signal: AbortSignal | undefined
  /** What the source fails with, given the error of the client. */
  readonly failure: (error: Error) => Error
}

interface Arrived {
  readonly message: JsMsg
  /** How many messages were to come after it when it was sent. */
  readonly remaining: number
}

/**
 * The messages of a consumer as a Readable. What has arrived waits here and not in the Readable's own buffer, whose highWaterMark is
 * 0: then Node calls `_read` only when the consumer of the stream asks for an item, which is when the one before is acknowledged.
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
  /** The item that was given last, if it is still to be acknowledged here. */
  #given: JsMsg | undefined
  #idleTimer: unknown

  constructor(nc: NatsConnection, settings: SourceSettings) {
    super({ objectMode: true, highWaterMark: 0 })
    this.#settings = settings
    this.#feed = new Feed(nc, settings, this)
    this.#end = new End(settings.until)
    this.#unlisten = failOnAbort(settings.signal, (error) => this.destroy(error))
  }

  onMessage(message: JsMsg, remaining: number): void {
    systemClock.clearTimeout(this.#idleTimer)
    this.#arrived.push({ message, remaining })
    this.#give()
  }

  onFailure(error: Error): void {
    this.#failure = this.#settings.failure(error)
    this.#give()
  }

  override _read(): void {
    this.#isAsked = true
    if (this.#isOpen) {
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
    systemClock.clearTimeout(this.#idleTimer)
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
      this.destroy(this.#settings.failure(error as Error))
    }
  }

  /** Gives the next item, or the end, if it is asked for. */
  #give(): void {
    if (!this.#isAsked || this.destroyed) return
    const next = this.#isOver ? undefined : this.#arrived.shift()
    if (next !== undefined && !this.#end.isBehind(next.message)) return this.#giveMessage(next)
    if (next !== undefined || this.#isOver) this.push(null)
    else if (this.#failure !== undefined) this.destroy(this.#failure)
    else this.#waitForMessage()
  }

  #giveMessage({ message, remaining }: Arrived): void {
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
    const { idle } = this.#end
    if (idle === undefined) return
    systemClock.clearTimeout(this.#idleTimer)
    this.#idleTimer = systemClock.setTimeout(() => this.push(null), idle)
  }
}

export const toReadable = (nc: NatsConnection, settings: SourceSettings): TypedReadable<JsMsg> =>
  new JetStreamReadable(nc, settings) as Readable as TypedReadable<JsMsg>
