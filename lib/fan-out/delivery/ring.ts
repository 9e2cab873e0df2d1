/**
 * A window over an endless sequence that many readers go through, each in order: an item is let go as soon as the last of
 * them has taken it. Grows as it must.
 */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(16)
  /** How many readers still want the item of a slot. */
  #wanted = new Uint32Array(16)
  #mask = 15
  #tail = 0
  #head = 0

  /** The position after the newest item. */
  get head(): number {
    return this.#head
  }

  /** For so many readers, one or more. */
  push(item: T, readers: number): void {
    if (this.#head - this.#tail > this.#mask) this.#grow()
    const slot = this.#head++ & this.#mask
    this.#slots[slot] = item
    this.#wanted[slot] = readers
  }

  /** One reader takes the item at its position. */
  take(position: number): T {
    const slot = position & this.#mask
    const item = this.#slots[slot] as T
    const wanted = (this.#wanted[slot] as number) - 1
    this.#wanted[slot] = wanted
    if (wanted === 0) {
      this.#slots[slot] = undefined
      this.#tail = position + 1
    }
    return item
  }

  /** The items between two positions, which stay where they are. */
  slice(start: number, end: number): T[] {
    const items: T[] = []
    for (let position = start; position < end; position++) items.push(this.#slots[position & this.#mask] as T)
    return items
  }

  /** One more reader, who wants every item from its position on. */
  join(position: number): void {
    for (; position < this.#head; position++)
      this.#wanted[position & this.#mask] = (this.#wanted[position & this.#mask] as number) + 1
  }

  /** A reader leaves, and wants nothing from its position on. */
  releaseFrom(position: number): void {
    while (position < this.#head) this.take(position++)
  }

  /** Forgets what lies from a position on, which nobody has taken. */
  truncate(position: number): void {
    while (this.#head > position) this.#slots[--this.#head & this.#mask] = undefined
  }

  #grow(): void {
    const size = 2 * this.#slots.length
    const [slots, wanted] = [this.#slots, this.#wanted]
    const mask = this.#mask
    this.#slots = new Array<T | undefined>(size)
    this.#wanted = new Uint32Array(size)
    this.#mask = size - 1
    for (let position = this.#tail; position < this.#head; position++) {
      this.#slots[position & this.#mask] = slots[position & mask]
      this.#wanted[position & this.#mask] = wanted[position & mask] as number
    }
  }
}
