/**
 * A binary heap. `isBefore` orders the entries, and the first of them is on top.
 *
 * Williams, Algorithm 232: Heapsort, 1964.
 */
export class Heap<E> {
  readonly #isBefore: (a: E, b: E) => boolean
  readonly #entries: E[] = []

  constructor(isBefore: (a: E, b: E) => boolean) {
    this.#isBefore = isBefore
  }

  get top(): E | undefined {
    return this.#entries[0]
  }

  /** All entries, in no particular order. */
  protected get entries(): readonly E[] {
    return this.#entries
  }

  push(entry: E): void {
    const entries = this.#entries
    let at = entries.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = entries[above] as E
      if (!this.#isBefore(entry, parent)) break
      entries[at] = parent
      at = above
    }
    entries[at] = entry
  }

  pop(): E | undefined {
    const entries = this.#entries
    const top = entries[0]
    const last = entries.pop()
    if (last === undefined || entries.length === 0) return top
    let at = 0
    for (let below = 1; below < entries.length; below = 2 * at + 1) {
      const right = below + 1
      if (right < entries.length && this.#isBefore(entries[right] as E, entries[below] as E)) below = right
      const child = entries[below] as E
      if (!this.#isBefore(child, last)) break
      entries[at] = child
      at = below
    }
    entries[at] = last
    return top
  }
}
