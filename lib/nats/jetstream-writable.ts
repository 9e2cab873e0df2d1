import { Writable } from 'node:stream'
import { jetstream, type JetStreamClient } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ArgumentError, prematureClose, show } from '../errors.ts'
import { failOnAbort } from '../kernel/abort.ts'
import { check } from '../kernel/options.ts'
import { codes, isOutage, refusal } from './connection.ts'
import { publishSubjectRule } from './names.ts'
import { Pauses } from './pauses.ts'

export interface WritableSettings {
  readonly subject: (item: unknown) => unknown
  readonly msgId: ((item: unknown) => unknown) | undefined
  readonly highWaterMark: number
  readonly signal: AbortSignal | undefined
  /** Called before the first message is published. */
  readonly open: () => Promise<void>
  /** Called when the server refuses a message because the stream is full: returns to try again, or throws. */
  readonly onFull: (error: Error, subject: string) => Promise<void>
}

type Callback = (error?: Error | null) => void

/** How long a message is published again and again while the server cannot be reached or does not answer, in milliseconds. */
const LONGEST_OUTAGE = 60_000

/** Publishes items to a stream. The callback of a write is called when the server has acknowledged the message. */
export class JetStreamWritable extends Writable {
  readonly #nc: NatsConnection
  readonly #client: JetStreamClient
  readonly #settings: WritableSettings
  readonly #closed = new AbortController()
  readonly #unlisten: (() => void) | undefined
  #opening: Promise<void> | undefined
  /** A message has been stored, so that a subject that nobody answers for is an outage and not a mistake. */
  #hasPublished = false

  constructor(nc: NatsConnection, settings: WritableSettings) {
    super({ objectMode: true, highWaterMark: settings.highWaterMark })
    this.#nc = nc
    this.#client = jetstream(nc)
    this.#settings = settings
    this.#unlisten = failOnAbort(settings.signal, (error) => this.destroy(error))
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: Callback): void {
    this.#publishAll([item]).then(() => callback(), callback)
  }

  override _writev(items: { chunk: unknown }[], callback: Callback): void {
    this.#publishAll(items.map(({ chunk }) => chunk)).then(() => callback(), callback)
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    this.#closed.abort()
    callback(error)
  }

  /** Up to `highWaterMark` at once, so one after the other if that is 1. */
  async #publishAll(items: readonly unknown[]): Promise<void> {
    await (this.#opening ??= this.#settings.open())
    const waiting = items.values()
    const lanes = Array.from({ length: Math.min(this.#settings.highWaterMark, items.length) }, async () => {
      for (const item of waiting) await this.#publish(item)
    })
    await Promise.all(lanes)
  }

  async #publish(item: unknown): Promise<void> {
    const subject = this.#settings.subject(item)
    check(subject, 'subject', publishSubjectRule)
    const payload = payloadOf(item)
    const msgID = this.#idOf(item)
    const pauses = new Pauses(this.#closed.signal)
    const start = performance.now()
    while (!this.destroyed) {
      try {
        await this.#client.publish(subject as string, payload, msgID === undefined ? {} : { msgID })
        this.#hasPublished = true
        return
      } catch (error) {
        await this.#judge(error as Error, subject as string, performance.now() - start)
      }
      await pauses.pause()
    }
    throw this.errored ?? prematureClose()
  }

  #idOf(item: unknown): string | undefined {
    const { msgId } = this.#settings
    if (msgId === undefined) return undefined
    const id = msgId(item)
    if (typeof id === 'string' && id !== '') return id
    throw new ArgumentError('msgId', 'a function that returns a string', show(id))
  }

  /** Returns if the message is to be published again. */
  async #judge(error: Error, subject: string, elapsed: number): Promise<void> {
    if (this.destroyed) return
    if (refusal(error) === codes.streamFull)
      return await this.#settings.onFull(error, subject).catch((fault: unknown) => {
        if (!isOutage(fault, this.#nc)) throw fault
      })
    if (error.name === 'JetStreamNotEnabled' && !this.#hasPublished)
      throw new ArgumentError('subject', 'a subject that a stream of the server stores', show(subject))
    if (!isOutage(error, this.#nc) || elapsed > LONGEST_OUTAGE) throw error
  }
}

function payloadOf(item: unknown): string | Uint8Array {
  if (typeof item === 'string' || item instanceof Uint8Array) return item
  const json = JSON.stringify(item) as string | undefined
  if (json === undefined) throw new ArgumentError('an item', 'text, bytes or a value with a JSON', show(item))
  return json
}
