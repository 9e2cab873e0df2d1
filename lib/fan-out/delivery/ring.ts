/**
 * A growing ring buffer with several readers, each of which takes every item once: an item is freed as soon as the last reader
 * has taken it, even if earlier items are still held.
 */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(16)
  /** For each slot, how many readers have not taken its item yet. */
  #remaining = new Uint32Array(16)
  #mask = 15
  #tail = 0
  #head = 0
  /** How many slots were freed before the one at the tail. */
  #freedAhead = 0

  /** The position after the newest item. */
  get head(): number {
    return this.#head
  }

  /** Adds an item for that many readers; must be at least one. */
  push(item: T, readers: number): void {
    if (this.#head - this.#tail > this.#mask) this.#grow()
    const slot = this.#head++ & this.#mask
    this.#slots[slot] = item
    this.#remaining[slot] = readers
  }

  takeAt(position: number): T {
    const slot = position & this.#mask
    const item = this.#slots[slot] as T
    const remaining = (this.#remaining[slot] as number) - 1
    this.#remaining[slot] = remaining
    if (remaining === 0) {
      this.#slots[slot] = undefined
      if (position !== this.#tail) this.#freedAhead++
      else if (this.#freedAhead === 0) this.#tail++
      else this.#advanceTail()
    }
    return item
  }

  /** The item at a position, in a wrapper; undefined if it is not held. */
  at(position: number): { readonly value: T } | undefined {
    const slot = position & this.#mask
    const isHeld = position >= this.#tail && position < this.#head && this.#remaining[slot] !== 0
    return isHeld ? { value: this.#slots[slot] as T } : undefined
  }

  /** Adds a reader that will take every item from `position` on. */
  addReader(position: number): void {
    for (; position < this.#head; position++)
      this.#remaining[position & this.#mask] = (this.#remaining[position & this.#mask] as number) + 1
  }

  /** Drops all items from `position` on; no reader may have taken any of them. */
  truncate(position: number): void {
    while (this.#head > position) this.#slots[--this.#head & this.#mask] = undefined
  }

  #advanceTail(): void {
    this.#tail++
    for (; this.#freedAhead > 0 && this.#remaining[this.#tail & this.#mask] === 0; this.#freedAhead--)
      this.#tail++
  }

  #grow(): void {
    const size = 2 * this.#slots.length
    const [slots, remaining] = [this.#slots, this.#remaining]
    const mask = this.#mask
    this.#slots = new Array<T | undefined>(size)
    this.#remaining = new Uint32Array(size)
    this.#mask = size - 1
    for (let position = this.#tail; position < this.#head; position++) {
      this.#slots[position & this.#mask] = slots[position & mask]
      this.#remaining[position & this.#mask] = remaining[position & mask] as number
    }
  }
}
