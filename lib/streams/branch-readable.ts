import type { Readable } from 'node:stream'
import { RECIPE, type Recipe } from '../cursor/recipe.ts'
import { CursorReadable, type StreamOptions } from '../cursor/to-readable.ts'
import type { Branch, Reader } from '../fan-out/branch.ts'
import type { Hub } from '../fan-out/hub.ts'

/**
 * A branch as a Readable. What it holds unread counts for the branch, and whatever it gives out may let another branch
 * go on: Node asks for more only below the highWaterMark and never twice, so the giving itself is watched.
 */
class BranchReadable<T> extends CursorReadable<T> implements Reader {
  readonly #branch: Branch<T>
  /** The consumer has asked for an item, and has not been given one since. */
  #asked = false

  constructor(branch: Branch<T>, options: StreamOptions) {
    super(branch, options)
    this.#branch = branch
    branch.attach(this)
  }

  held(): number {
    return this.readableLength
  }

  hungry(): boolean {
    return this.readableLength === 0 && (this.readableFlowing === true || this.#asked)
  }

  fail(error: Error): void {
    if (this.listenerCount('error') > 0) this.destroy(error)
  }

  override read(size?: number): unknown {
    const item: unknown = super.read(size)
    if (item !== null) {
      this.#asked = false
      this.#branch.gave()
    } else if (size !== 0) {
      this.#asked = true
      this.#branch.wakeBlocked()
    }
    return item
  }

  override push(item: unknown): boolean {
    const branch = this.#branch
    branch.flying = 0
    this.#asked = false
    const more = super.push(item)
    if (!more) branch.gave()
    return more
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#branch.drop()
    super._destroy(error, callback)
  }

  override [RECIPE](): Recipe<T> | undefined {
    const recipe = super[RECIPE]()
    if (recipe !== undefined) this.#branch.detach()
    return recipe
  }

  override giveBack(): void {
    super.giveBack()
    this.#branch.attach(this)
  }
}

export function branchReadables<T>(hub: Hub<T>, options: StreamOptions): Readable[] {
  const { highWaterMark } = options
  return hub.branches.map((branch) => new BranchReadable(branch, { highWaterMark }))
}
