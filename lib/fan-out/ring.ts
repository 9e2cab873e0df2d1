/** A window over an endless sequence: pushed at the head, read anywhere, released from the tail; grows as it must. */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(16)
  #mask = 15
  #tail = 0
  #head = 0

  /** The position after the newest item. */
  get head(): number {
    return this.#head
  }

  push(item: T): void {
    if (this.#head - this.#tail > this.#mask) this.#grow()
    this.#slots[this.#head++ & this.#mask] = item
  }

  at(position: number): T {
    return this.#slots[position & this.#mask] as T
  }

  /** Forgets what lies before a position. */
  release(position: number): void {
    while (this.#tail < position) this.#slots[this.#tail++ & this.#mask] = undefined
  }

  /** Forgets what lies from a position on. */
  truncate(position: number): void {
    while (this.#head > position) this.#slots[--this.#head & this.#mask] = undefined
  }

  #grow(): void {
    const slots = new Array<T | undefined>(2 * this.#slots.length)
    const mask = slots.length - 1
    for (let position = this.#tail; position < this.#head; position++)
      slots[position & mask] = this.at(position)
    this.#slots = slots
    this.#mask = mask
  }
}
