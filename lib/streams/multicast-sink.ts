import { Writable, type Readable } from 'node:stream'
import { prematureClose } from '../errors.ts'
import { Inlet } from '../cursor/inlet.ts'
import type { StreamOptions } from '../cursor/to-readable.ts'
import type { BranchStats, Hub } from '../fan-out/hub.ts'
import {
  multicastHub,
  type BranchOptions,
  type Members,
  type MulticastOptions,
  type Several,
} from '../fan-out/multicast.ts'
import { branchReadables } from './branch-readable.ts'

/** A Writable whose every item goes to each of its branches. */
export class MulticastSink<N extends number = number> extends Writable implements Members {
  readonly branches: Several<Readable, N>
  readonly #inlet: Inlet<unknown>
  readonly #hub: Hub<unknown>

  constructor(n: N | readonly BranchOptions[], options: MulticastOptions & StreamOptions) {
    const objectMode = options.objectMode ?? true
    super({
      objectMode,
      ...(options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark }),
    })
    this.#inlet = new Inlet(objectMode ? 'objects' : 'bytes', () =>
      this.destroy(this.#hub.failure?.error as Error | undefined),
    )
    this.#hub = multicastHub(() => this.#inlet, n, options, 'streams')
    this.branches = branchReadables(this.#hub, options) as unknown as Several<Readable, N>
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
