import { Writable } from 'node:stream'
import { prematureClose } from '../errors.ts'
import { Inlet } from '../from/inlet.ts'
import type { StreamOptions } from '../to/readable.ts'
import type { BranchStats, Hub } from '../fan-out/hub.ts'
import type { FanOutControls, Several, Width } from '../fan-out/branches.ts'
import { multicastHub, type MulticastOptions } from '../fan-out/multicast.ts'
import { toBranchReadable } from './branch-readable.ts'
import type { TypedReadable } from './stream-types.ts'

/** A Writable that passes each item to all of its branches. */
export class MulticastSink<T = unknown, N extends Width = number> extends Writable implements FanOutControls {
  readonly branches: Several<TypedReadable<T>, N>
  readonly #inlet: Inlet<unknown>
  readonly #hub: Hub<unknown>

  constructor(n: N, options: MulticastOptions & StreamOptions) {
    const objectMode = options.objectMode ?? true
    super({
      objectMode,
      ...(options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }),
    })
    this.#inlet = new Inlet(objectMode ? 'objects' : 'bytes', () =>
      this.destroy(this.#hub.failure?.error as Error | undefined),
    )
    this.#hub = multicastHub(() => this.#inlet, n, options, 'streams')
    const readables = this.#hub.branches.map((branch) => toBranchReadable(branch, options))
    this.branches = readables as unknown as Several<TypedReadable<T>, N>
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
