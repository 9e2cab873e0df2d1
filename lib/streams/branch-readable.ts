import type { Readable } from 'node:stream'
import { CursorReadable, type StreamOptions } from '../cursor/to-readable.ts'
import type { Branch, Hub } from '../fan-out/hub.ts'

/**
 * A branch as a Readable. What it holds unread counts for the branch, and whatever it gives out may let another branch
 * go on: Node asks for more only below the highWaterMark and never twice, so the giving itself is watched.
 */
class BranchReadable<T> extends CursorReadable<T> {
  readonly #branch: Branch<T>
  #asked = false

  constructor(branch: Branch<T>, options: StreamOptions) {
    super(branch, options)
    this.#branch = branch
    branch.held = () => this.readableLength
    branch.hungry = () => this.#asked && this.readableLength === 0
  }

  override read(size?: number): unknown {
    const item: unknown = super.read(size)
    if (item !== null) this.#branch.landed()
    else if (size !== 0) this.#branch.wakeBlocked()
    this.#asked = item === null && size !== 0
    return item
  }
}

export function branchReadables<T>(hub: Hub<T>, options: StreamOptions): Readable[] {
  const { highWaterMark, objectMode } = options
  return hub.branches.map((branch) => new BranchReadable(branch, { highWaterMark, objectMode }))
}
