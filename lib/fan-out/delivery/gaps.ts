import { Queue } from '../../kernel/queue.ts'

interface Gap {
  readonly start: number
  end: number
  /** In items, or in bytes of a byte stream. */
  size: number
}

/** The items ahead of a branch that it will not get: ranges of positions, in order and not adjacent. */
export class Gaps {
  readonly #gaps = new Queue<Gap>()
  #last: Gap | undefined

  /** The position after the last gap. */
  get end(): number {
    return (this.#last as Gap).end
  }

  get isEmpty(): boolean {
    return this.#gaps.length === 0
  }

  /** Adds the item at `position`, which is after all gaps so far. */
  add(position: number, size: number): void {
    if (this.#last?.end === position) {
      this.#last.end++
      this.#last.size += size
    } else {
      this.#last = { start: position, end: position + 1, size }
      this.#gaps.push(this.#last)
    }
  }

  /** Removes the gap that starts at `position` and returns it; undefined if none does. */
  takeAt(position: number): Readonly<Gap> | undefined {
    if (this.#gaps.peek()?.start !== position) return undefined
    if (this.#gaps.length === 1) this.#last = undefined
    return this.#gaps.shift()
  }
}
