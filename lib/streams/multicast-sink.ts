import { Writable } from 'node:stream'
import { prematureClose } from '../errors.ts'
import { Inlet } from '../from/inlet.ts'
import type { StreamOptions } from '../to/readable.ts'
import type { Branch } from '../fan-out/branch.ts'
import type { LateBranchOptions } from '../fan-out/branch-settings.ts'
import type { BranchStats } from '../fan-out/branch-stats.ts'
import type { Hub } from '../fan-out/hub.ts'
import type { JoinableControls, Several, Width } from '../fan-out/branches.ts'
import { multicastHub, type MulticastOptions } from '../fan-out/multicast.ts'
import { toBranchReadable } from './branch-readable.ts'
import type { TypedReadable } from './stream-types.ts'

/** A Writable that passes each item to all of its branches. */
export class MulticastSink<T = unknown, N extends Width = number>
  extends Writable
  implements JoinableControls<TypedReadable<T>>
{
  readonly branches: Several<TypedReadable<T>, N>
  readonly #inlet: Inlet<unknown>
  readonly #hub: Hub<unknown>
  readonly #join: (options: LateBranchOptions | undefined) => TypedReadable<T>

  constructor(n: N, options: MulticastOptions & StreamOptions) {
    const objectMode = options.objectMode ?? true
    super({
      objectMode,
      ...(options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }),
    })
    this.#inlet = new Inlet(objectMode ? 'objects' : 'bytes', () =>
      this.destroy(this.#hub.failure?.error as Error | undefined),
    )
    const { hub, join } = multicastHub(() => this.#inlet, n, options, 'streams')
    const wrap = (branch: Branch<unknown>): TypedReadable<T> =>
      toBranchReadable(branch, options) as TypedReadable<T>
    this.#hub = hub
    this.#join = (given) => wrap(join(given))
    this.branches = hub.branches.map(wrap) as unknown as Several<TypedReadable<T>, N>
  }

  branch(options?: LateBranchOptions): TypedReadable<T> {
    return this.#join(options)
  }

  stats(): readonly BranchStats[] {
    return this.#hub.stats()
  }

  async close(): Promise<void> {
    await this.#hub.end()
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#inlet.write([item], callback)
  }

  override _writev(chunks: readonly { chunk: unknown }[], callback: (error?: Error | null) => void): void {
    this.#inlet.writeAll(chunks, callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#inlet.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.#inlet.fail(error ?? prematureClose())
    callback(error)
  }
}
