const SMALLEST = 8

/**
 * A FIFO queue in a ring buffer: constant time per item, where `Array.prototype.shift` moves all the others. It grows as
 * needed, and frees the memory when it is empty again.
 */
export class Queue<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(SMALLEST)
  #first = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#grow()
    this.#slots[(this.#first + this.#length++) & (this.#slots.length - 1)] = item
  }

  /** The oldest item, without removing it; `undefined` if the queue is empty. */
  peek(): T | undefined {
    return this.#slots[this.#first]
  }

  /** Removes and returns the oldest item; `undefined` if the queue is empty. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const slots = this.#slots
    const item = slots[this.#first]
    slots[this.#first] = undefined
    this.#first = (this.#first + 1) & (slots.length - 1)
    if (--this.#length === 0 && slots.length > SMALLEST) this.clear()
    return item
  }

  /** Removes everything and returns it, the oldest first. */
  takeAll(): T[] {
    return Array.from({ length: this.#length }, () => this.shift() as T)
  }

  clear(): void {
    this.#slots = new Array<T | undefined>(SMALLEST)
    this.#first = 0
    this.#length = 0
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = slots.slice(this.#first).concat(slots.slice(0, this.#first))
    this.#slots.length = 2 * slots.length
    this.#first = 0
  }
}
