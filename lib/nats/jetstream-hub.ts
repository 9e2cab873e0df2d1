import type { Writable } from 'node:stream'
import { jetstreamManager, type JetStreamManager, type JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ArgumentError, show } from '../errors.ts'
import { readOptions } from '../kernel/options.ts'
import type { TypedReadable } from '../streams/stream-types.ts'
import {
  ensureBoundedStream,
  furthestBehind,
  lagOf,
  overflowOf,
  type BoundedStreamSettings,
} from './bounded-stream.ts'
import { readRules, readSettings, toReadable, type JetStreamReadOptions } from './jetstream-readable.ts'
import {
  JetStreamWritable,
  writeRules,
  writeSettings,
  type JetStreamWriteOptions,
} from './jetstream-writable.ts'
import { codes, located, refusal, unlessMissing } from './outage.ts'

/** A branch as the server sees it. */
export interface JetStreamBranchStats {
  /** The name of its durable consumer. */
  readonly name: string
  /** How many messages it has not acknowledged. */
  readonly lag: number
  /** How many of these it has been sent. */
  readonly inFlight: number
  /** The branch has been detached. */
  readonly done: boolean
}

export interface HubSettings extends BoundedStreamSettings {
  readonly overflow: 'block' | 'fail' | 'detach'
}

/** The streams of one process that write to a bounded stream, and those that read its branches. */
export class JetStreamHub {
  readonly names: readonly string[]
  readonly #nc: NatsConnection
  readonly #settings: HubSettings
  #manager: Promise<JetStreamManager> | undefined

  constructor(nc: NatsConnection, settings: HubSettings) {
    this.#nc = nc
    this.#settings = settings
    this.names = settings.names
  }

  writable<T = unknown>(options?: JetStreamWriteOptions<T>): Writable {
    const { subject } = this.#settings
    return new JetStreamWritable(this.#nc, {
      ...writeSettings(readOptions(options, writeRules)),
      subject: () => subject,
      open: () => this.#open(),
      onFull: () => this.#makeRoom(),
    })
  }

  branch(branch: number | string, options?: JetStreamReadOptions): TypedReadable<JsMsg> {
    const { names } = this
    const index = typeof branch === 'string' ? names.indexOf(branch) : branch
    const name = names[index]
    if (name === undefined) {
      const expected = `an index below ${names.length} or one of ${names.join(', ')}`
      throw new ArgumentError('branch', expected, show(branch))
    }
    const { stream, maxlen, overflow } = this.#settings
    return toReadable(this.#nc, {
      ...readSettings(readOptions(options, readRules)),
      stream,
      durable: name,
      filter: undefined,
      start: undefined,
      prepare: () => this.#open(),
      failure: (error) =>
        overflow === 'detach' && refusal(error) === codes.consumerNotFound
          ? overflowOf({ name, index, lag: maxlen, maxlen })
          : undefined,
    })
  }

  async stats(): Promise<JetStreamBranchStats[]> {
    return await this.#stats().catch((error: unknown) => this.#fail(error))
  }

  async #stats(): Promise<JetStreamBranchStats[]> {
    const jsm = await this.#open()
    const { stream } = this.#settings
    const { state } = await jsm.streams.info(stream)
    return await Promise.all(
      this.names.map(async (name) => {
        const found = await unlessMissing(jsm.consumers.info(stream, name))
        return found === undefined
          ? { name, lag: 0, inFlight: 0, done: true }
          : { name, ...lagOf(found, state), done: false }
      }),
    )
  }

  /** Ensures once that the stream and its consumers exist; after a failure, again at the next call. */
  #open(): Promise<JetStreamManager> {
    this.#manager ??= this.#ensure().catch((error: unknown) => {
      this.#manager = undefined
      return this.#fail(error)
    })
    return this.#manager
  }

  #fail(error: unknown): never {
    throw located(error as Error, `stream ${this.#settings.stream}`)
  }

  async #ensure(): Promise<JetStreamManager> {
    const jsm = await jetstreamManager(this.#nc, { checkAPI: false })
    await ensureBoundedStream(jsm, this.#settings)
    return jsm
  }

  /** The stream is full: returns to try again, or throws. */
  async #makeRoom(): Promise<void> {
    const { stream, overflow } = this.#settings
    if (overflow === 'block') return
    const jsm = await this.#open()
    const laggard = await furthestBehind(jsm, stream, this.names)
    // It may have caught up, or have been detached by another process, in the meantime.
    if (laggard === undefined || laggard.lag < laggard.maxlen) return
    const isBranch = laggard.index >= 0
    if (overflow === 'fail' || !isBranch || laggard.branches === 1) throw overflowOf(laggard)
    await unlessMissing(jsm.consumers.delete(stream, laggard.name))
  }
}
