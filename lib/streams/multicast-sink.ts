import { Writable } from 'node:stream'
import { abortError, prematureClose } from '../errors.ts'
import { Inlet } from '../from/inlet.ts'
import type { StreamOptions } from '../to/readable.ts'
import type { Branch } from '../fan-out/branch.ts'
import type { LateBranchOptions } from '../fan-out/branch-settings.ts'
import type { BranchStats } from '../fan-out/branch-stats.ts'
import type { Hub } from '../fan-out/hub.ts'
import type { JoinableControls, Several, Width } from '../fan-out/branches.ts'
import { multicastHub, type MulticastHub, type MulticastOptions } from '../fan-out/multicast.ts'
import { onAbort } from '../kernel/abort.ts'
import { ORIGINS, type Origins } from '../kernel/origins.ts'
import { destroyTargets } from '../to/destroy-targets.ts'
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
  /** Items may be passed on without going through the buffer of the Writable. */
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
    // This highWaterMark is that of the sink; between it and the targets there is no other buffer.
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
    // The hub also hears of an abort, but no longer once its last branch has left, and then targets may still be flushing.
    if (this.#writers === undefined || signal?.aborted === true) return
    if (signal !== undefined) this.#unlisten = onAbort(signal, () => this.destroy(abortError(signal.reason)))
    this.#writers.drive()
  }

  branch(options?: LateBranchOptions): TypedReadable<T> {
    return this.#join(options)
  }

  stats(): readonly BranchStats[] {
    return this.#hub.stats()
  }

  async close(): Promise<void> {
    // Node takes a Writable that has ended for a finished one, unless it is destroyed with an error.
    if (this.#writers !== undefined && !this.writableFinished)
      this.destroy(this.listenerCount('error') > 0 ? prematureClose() : undefined)
    await this.#hub.end()
  }

  get [ORIGINS](): Origins {
    return this.#hub.origins
  }

  /**
   * Nothing has to wait while no target is behind. The buffer of the Writable, and the tick that it takes for every write, would
   * then cost as much as writing to the targets.
   */
  override write(chunk: unknown, callback?: Callback): boolean
  override write(chunk: unknown, encoding: BufferEncoding, callback?: Callback): boolean
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (this.#passes && encoding === undefined && callback === undefined && chunk !== null)
      if (this.writableLength === 0 && this.#writers?.pass(chunk) === true) return true
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
    const entered = this.#writers?.enter()
    this.#inlet.write(item, callback)
    this.#writers?.exit(entered)
  }

  override _writev(chunks: readonly { chunk: unknown }[], callback: Callback): void {
    const entered = this.#writers?.enter()
    this.#inlet.writeAll(chunks, callback)
    this.#writers?.exit(entered)
  }

  override _final(callback: Callback): void {
    const entered = this.#writers?.enter()
    this.#inlet.end()
    this.#writers?.exit(entered)
    if (this.#writers === undefined) callback()
    else this.#writers.finish(callback)
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unlisten?.()
    if (this.writableFinished) return callback(error)
    const reason = error ?? prematureClose()
    this.#writers?.enter()
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

  #fail(error: unknown): void {
    this.destroy(streamError(error))
  }
}
