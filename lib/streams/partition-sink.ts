import { Writable } from 'node:stream'
import { ArgumentError, CloseError, prematureClose, show } from '../errors.ts'
import { failOnAbort } from '../kernel/abort.ts'
import { isThenable } from '../kernel/guards.ts'
import { Origins, ORIGINS } from '../kernel/origins.ts'
import { warn } from '../kernel/platform.ts'
import { destroyTargets } from '../to/destroy-targets.ts'
import type { StreamOptions } from '../to/readable.ts'
import { streamError } from '../to/stream-error.ts'
import { emitterOf, isWritableLike, type WritableLike } from '../to/writable-like.ts'
import { pathReplacedBy } from './file-sink.ts'
import { OpenTargets, type KeyedTarget, type TargetsListener } from './open-targets.ts'
import { checkPartitionKey, type PartitionKey } from './partition-key.ts'

type Callback = (error?: Error | null) => void

export interface PartitionSinkOptions extends StreamOptions {
  /** How many targets may be open at once; 64 by default. */
  maxOpen?: number | undefined
}

/** What `open` is called with, in addition to the key. */
export interface OpenInfo {
  /** A target of this key was open before and has been ended: append to what was written to it. */
  readonly again: boolean
}

export interface PartitionSinkSettings {
  readonly key: (item: never, index: number) => unknown
  readonly open: (key: never, info: OpenInfo) => WritableLike | PromiseLike<WritableLike>
  readonly options: PartitionSinkOptions
}

/** A Writable that passes each item to the Writable of its key. It handles one write at a time. */
export class PartitionSink extends Writable implements TargetsListener {
  readonly #key: (item: never, index: number) => unknown
  readonly #openTarget: PartitionSinkSettings['open']
  readonly #maxOpen: number
  readonly #closeTimeout: number
  readonly #targets = new OpenTargets(this)
  /** The keys that have occurred, each with the path of the file that its target replaces. */
  readonly #opened = new Map<PartitionKey, string | undefined>()
  readonly #origins = new Origins()
  readonly #unlisten: (() => void) | undefined
  #index = 0
  /** The callback of a write that waits: for its target to drain or to be opened. */
  #callback: Callback | undefined
  /** Called when a target that was ended has finished, or has closed. */
  #afterProgress: (() => void) | undefined

  constructor({ key, open, options }: PartitionSinkSettings) {
    const { objectMode = true, highWaterMark, maxOpen = 64, closeTimeout = 1000, signal } = options
    super({ objectMode, ...(highWaterMark === undefined ? {} : { highWaterMark }) })
    this.#key = key
    this.#openTarget = open
    this.#maxOpen = maxOpen
    this.#closeTimeout = closeTimeout
    this.#unlisten = failOnAbort(signal, (error) => this.destroy(error))
  }

  get [ORIGINS](): Origins {
    return this.#origins
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: Callback): void {
    try {
      const key = this.#key(item as never, this.#index)
      checkPartitionKey(key, item, this.#index++)
      const found = this.#targets.use(key)
      if (found !== undefined) return this.#give(found, item, callback)
      this.#callback = callback
      if (this.#targets.size < this.#maxOpen) return this.#open(key, item)
      this.#afterProgress = () => {
        if (this.#targets.size < this.#maxOpen) this.#open(key, item)
      }
      this.#targets.endOldest()
    } catch (error) {
      callback(streamError(error))
    }
  }

  override _final(callback: Callback): void {
    for (const keyed of this.#targets.values()) keyed.end()
    this.#afterProgress = () => {
      if (!this.#targets.areFinished) return
      this.#afterProgress = undefined
      callback()
    }
    this.#afterProgress()
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    if (this.writableFinished) return callback(error)
    const targets = Array.from(this.#targets.values(), ({ key, target }) => ({
      target,
      name: `the target of ${show(key)}`,
    }))
    const reason = error ?? prematureClose()
    this.#afterProgress = undefined
    this.#acknowledge(reason)
    const closing = destroyTargets(targets, reason, this.#closeTimeout, this.#origins)
    if (closing === undefined) callback(error)
    else void closing.then(() => callback(error))
  }

  onDrain(): void {
    this.#acknowledge()
  }

  onProgress(): void {
    this.#afterProgress?.()
  }

  onFailure(error: unknown): void {
    if (this.writableFinished) warn(new CloseError([error], []))
    else this.destroy(streamError(error))
  }

  #open(key: PartitionKey, item: unknown): void {
    this.#afterProgress = undefined
    try {
      const opened = this.#openTarget(key as never, { again: this.#opened.has(key) })
      if (!isThenable(opened)) return this.#add(key, item, opened)
      Promise.resolve(opened)
        .then((stream) => this.#add(key, item, stream))
        .catch((error: unknown) => this.#acknowledge(streamError(error)))
    } catch (error) {
      this.#acknowledge(streamError(error))
    }
  }

  #add(key: PartitionKey, item: unknown, stream: unknown): void {
    if (this.destroyed) return discard(stream)
    const added = this.#targets.add(key, stream)
    const path = pathReplacedBy(stream as object)
    if (path !== undefined && path === this.#opened.get(key)) throw replacedAgain(path)
    const callback = this.#callback as Callback
    this.#opened.set(key, path)
    this.#callback = undefined
    this.#give(added, item, callback)
  }

  #give({ target }: KeyedTarget, item: unknown, callback: Callback): void {
    if (target.write(item)) callback()
    else if (this.destroyed) callback(this.errored)
    else this.#callback = callback
  }

  #acknowledge(error?: Error): void {
    const callback = this.#callback
    this.#callback = undefined
    callback?.(error)
  }
}

const replacedAgain = (path: string): ArgumentError =>
  new ArgumentError(
    'what `open` returns',
    'a Writable that appends when `again` is true',
    `a fileSink that would replace ${path}, which has been written before`,
    'set `maxOpen` to the number of keys or more',
  )

/** Closes a Writable that was opened for a sink that has failed meanwhile. */
function discard(stream: unknown): void {
  if (!isWritableLike(stream)) return
  emitterOf(stream).on('error', () => undefined)
  stream.destroy()
}
