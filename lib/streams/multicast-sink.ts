import { Writable } from 'node:stream'
import { prematureClose } from '../errors.ts'
import { Inlet } from '../from/inlet.ts'
import type { StreamOptions } from '../to/readable.ts'
import type { Branch } from '../fan-out/branch.ts'
import type { LateBranchOptions } from '../fan-out/branch-settings.ts'
import type { BranchStats } from '../fan-out/branch-stats.ts'
import type { Hub } from '../fan-out/hub.ts'
import type { JoinableControls, Several, Width } from '../fan-out/branches.ts'
import { multicastHub, type MulticastHub, type MulticastOptions } from '../fan-out/multicast.ts'
import { failOnAbort } from '../kernel/abort.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import { destroyTargets } from '../to/destroy-targets.ts'
import { innerState } from '../to/writable-like.ts'
import { streamError } from '../to/stream-error.ts'
import { toBranchReadable } from './branch-readable.ts'
import type { TargetSettings } from './sink-targets.ts'
import type { TypedReadable } from './stream-types.ts'
import { TargetWriters } from './target-writers.ts'

type Callback = (error?: Error | null) => void

/** A Writable that passes each item to all of its branches. */
export class MulticastSink<T = unknown, N extends Width = number>
  extends Writable
  implements JoinableControls<TypedReadable<T>>
{
  readonly branches: Several<TypedReadable<T>, N>
  readonly #inlet: Inlet<unknown>
  readonly #hub: Hub<unknown>
  readonly #join: (options: LateBranchOptions | undefined) => TypedReadable<T>
  readonly #writers: TargetWriters | undefined
  /** Whether items may be passed on without going through the buffer of the Writable. */
  #passes: boolean
  readonly #closeTimeout: number
  readonly #unlisten: (() => void) | undefined

  /** `targets`: the Writables that are branches; otherwise the branches are Readables. */
  constructor(n: Width, options: MulticastOptions & StreamOptions, targets?: readonly TargetSettings[]) {
    const objectMode = options.objectMode ?? true
    super({
      objectMode,
      ...(options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }),
    })
    this.#inlet = new Inlet(objectMode ? 'objects' : 'bytes', () =>
      this.destroy(this.#hub.failure?.error as Error | undefined),
    )
    const wrap = (branch: Branch<unknown>): TypedReadable<T> =>
      toBranchReadable(branch, options) as TypedReadable<T>
    // The highWaterMark is that of the sink; there is no other buffer between it and the targets.
    const hubOptions = targets === undefined ? options : { ...options, highWaterMark: undefined }
    const openHub = (): MulticastHub<unknown> => multicastHub(() => this.#inlet, n, hubOptions, 'streams')
    this.#writers =
      targets === undefined ? undefined : new TargetWriters(targets, (error) => this.#fail(error))
    const { hub, join } = this.#writers === undefined ? openHub() : this.#writers.attach(openHub)
    this.#hub = hub
    this.#join = (given) => wrap(join(given))
    const readables = this.#writers === undefined ? hub.branches.map(wrap) : []
    this.branches = readables as unknown as Several<TypedReadable<T>, N>
    this.#passes = objectMode && targets !== undefined
    this.#closeTimeout = options.closeTimeout ?? 1000
    const { signal } = options
    // An abort reaches the hub too, but not once its last branch has left, when targets may still be flushing.
    if (this.#writers === undefined || signal?.aborted === true) return
    this.#unlisten = failOnAbort(signal, (error) => this.destroy(error))
    this.#writers.drive()
  }

  branch(options?: LateBranchOptions): TypedReadable<T> {
    this.#writers?.onJoin()
    return this.#join(options)
  }

  stats(): readonly BranchStats[] {
    return this.#hub.stats()
  }

  async close(): Promise<void> {
    // Without an error, Node would report a Writable that has ended as finished.
    if (this.#writers !== undefined && !this.writableFinished)
      this.destroy(this.listenerCount('error') > 0 ? prematureClose() : undefined)
    await this.#hub.end()
  }

  get [ORIGINS](): Origins {
    return this.#hub.origins
  }

  /**
   * While no target is behind, nothing has to wait, so the item goes directly to the targets. The buffer of the Writable, and the
   * tick that it takes for every write, would cost as much as writing to the targets.
   */
  override write(chunk: unknown, callback?: Callback): boolean
  override write(chunk: unknown, encoding: BufferEncoding, callback?: Callback): boolean
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (this.#passes && encoding === undefined && callback === undefined && chunk !== null)
      if (this.writableLength === 0 && this.#writers?.pass(chunk) === true)
        return !this.#writers.isYielding || this.#pause()
    return super.write(chunk, encoding as never, callback as never)
  }

  override end(callback?: () => void): this
  override end(chunk: unknown, callback?: () => void): this
  override end(chunk: unknown, encoding: BufferEncoding, callback?: () => void): this
  override end(...rest: unknown[]): this {
    this.#passes = false
    return super.end(...(rest as never[]))
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: Callback): void {
    if (this.#writers?.pass(item) === true) return callback()
    const wasDriving = this.#writers?.suspend()
    this.#inlet.write(item, callback)
    this.#writers?.resume(wasDriving)
  }

  override _writev(chunks: readonly { chunk: unknown }[], callback: Callback): void {
    const wasDriving = this.#writers?.suspend()
    this.#inlet.writeAll(chunks, callback)
    this.#writers?.resume(wasDriving)
  }

  override _final(callback: Callback): void {
    const wasDriving = this.#writers?.suspend()
    this.#inlet.end()
    this.#writers?.resume(wasDriving)
    if (this.#writers === undefined) callback()
    else this.#writers.finish(callback)
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    if (this.writableFinished) return callback(error)
    const reason = error ?? prematureClose()
    this.#writers?.suspend()
    this.#inlet.fail(reason)
    this.#writers?.stop()
    const closing = destroyTargets(
      this.#writers?.targets() ?? [],
      reason,
      this.#closeTimeout,
      this.#hub.origins,
    )
    if (closing === undefined) callback(error)
    else void closing.then(() => callback(error))
  }

  /** Asks for no more until timers and I/O have run. Leaving the next items to the buffer would take longer. */
  #pause(): false {
    const state = innerState(this)
    state.needDrain = true
    setImmediate(() => {
      if (this.writableNeedDrain && this.writableLength === 0) {
        state.needDrain = false
        this.emit('drain')
      }
    })
    return false
  }

  #fail(error: unknown): void {
    this.destroy(streamError(error))
  }
}
