import type { Consumer } from './delivery.ts'
import { Gaps } from './gaps.ts'
import { Ring } from './ring.ts'

/** The items that some branch has not taken yet. Every branch advances through every position, but may skip the item there. */
export class HeldItems<T> extends Ring<T> {
  readonly #bytes: boolean

  constructor(bytes: boolean) {
    super()
    this.#bytes = bytes
  }

  sizeOf(item: T): number {
    return this.#bytes ? byteLength(item as string | Uint8Array) : 1
  }

  has(branch: Consumer): boolean {
    return branch.position < this.head
  }

  take(branch: Consumer): T {
    const item = this.takeAt(branch.position++)
    if (branch.gaps !== undefined) skipGap(branch, branch.gaps)
    return item
  }

  /** Drops the next item of the branch; returns its size. */
  skip(branch: Consumer): number {
    const size = this.sizeOf(this.take(branch))
    branch.taken += size
    return size
  }

  /**
   * Drops the item at `position` for the branch; returns its size. Does nothing if the branch has passed that position or already
   * skips it: a branch whose consumer has put items back with `unshift` counts as further behind than it is.
   */
  drop(branch: Consumer, position: number): number {
    const dropped = branch.gaps === undefined ? branch.position : branch.gaps.end
    if (position < dropped) return 0
    const size = this.sizeOf(this.takeAt(position))
    const gaps = (branch.gaps ??= new Gaps())
    gaps.add(position, size)
    branch.toSkip += size
    skipGap(branch, gaps)
    return size
  }

  /** How many items are held before `position`, one next to the other, and their size: at most `most`. */
  heldBefore(position: number, most: number): { count: number; size: number } {
    let [count, size] = [0, 0]
    for (;;) {
      const item = this.at(position - 1 - count)
      if (item === undefined) return { count, size }
      const total = size + this.sizeOf(item.value)
      if (total > most) return { count, size }
      count++
      size = total
    }
  }

  /** Adds a branch at `position`, which is to take every item from there on. */
  join(branch: Consumer, position: number): void {
    branch.position = position
    this.addReader(position)
  }

  /** Releases everything that is held for a branch, and returns it. What the branch has taken does not change. */
  leave(branch: Consumer): T[] {
    const items: T[] = []
    const { taken } = branch
    while (this.has(branch)) items.push(this.take(branch))
    branch.taken = taken
    return items
  }
}

function skipGap(branch: Consumer, gaps: Gaps): void {
  const gap = gaps.takeAt(branch.position)
  if (gap === undefined) return
  branch.position = gap.end
  branch.taken += gap.size
  branch.toSkip -= gap.size
  if (gaps.isEmpty) branch.gaps = undefined
}

/** A source with an encoding gives strings, which the Readable of a branch converts back to bytes. */
export const byteLength = (chunk: string | Uint8Array): number =>
  typeof chunk === 'string' ? utf8.encode(chunk).length : chunk.length
const utf8 = new TextEncoder()
