import { Queue } from '../kernel/queue.ts'

/** What a detached branch still delivers: the items that were held for it, then the error. */
export class Remainder<T> {
  readonly #items = new Queue<T>()
  readonly #error: Error

  constructor(items: readonly T[], error: Error) {
    for (const item of items) this.#items.push(item)
    this.#error = error
  }

  next(): T {
    if (this.#items.length > 0) return this.#items.shift() as T
    throw this.#error
  }
}
