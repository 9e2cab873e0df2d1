/** An item and how often it occurred: `count` times, or up to `error` times less. */
export interface Counted<A> {
  readonly item: A
  readonly count: number
  readonly error: number
}

interface Counter<A> {
  readonly key: unknown
  readonly item: A
  readonly error: number
  readonly order: number
  count: number
}

/** Counters by key, and in order of their counts, so that the lowest is found at once. */
export class Counters<A> {
  readonly #byKey = new Map<unknown, Counter<A>>()
  readonly #byCount = new Map<number, Set<Counter<A>>>()
  #least = 1
  #added = 0

  get size(): number {
    return this.#byKey.size
  }

  /** False if there is no counter for this key. */
  increment(key: unknown): boolean {
    const counter = this.#byKey.get(key)
    if (counter === undefined) return false
    this.#remove(counter)
    counter.count++
    this.#insert(counter)
    return true
  }

  add(key: unknown, item: A, error = 0): void {
    const counter = { key, item, error, order: this.#added++, count: error + 1 }
    this.#byKey.set(key, counter)
    this.#insert(counter)
    if (counter.count < this.#least) this.#least = counter.count
  }

  /** Replaces the oldest of the counters with the lowest count. */
  replaceLeast(key: unknown, item: A): void {
    const [least] = this.#byCount.get(this.#least) as Set<Counter<A>>
    const counter = least as Counter<A>
    this.#remove(counter)
    this.#byKey.delete(counter.key)
    this.add(key, item, counter.count)
  }

  top(k: number): Counted<A>[] {
    return [...this.#byKey.values()]
      .sort((a, b) => b.count - a.count || a.order - b.order)
      .slice(0, k)
      .map(({ item, count, error }) => ({ item, count, error }))
  }

  #insert(counter: Counter<A>): void {
    const equals = this.#byCount.get(counter.count)
    if (equals === undefined) this.#byCount.set(counter.count, new Set([counter]))
    else equals.add(counter)
  }

  #remove(counter: Counter<A>): void {
    const equals = this.#byCount.get(counter.count) as Set<Counter<A>>
    equals.delete(counter)
    if (equals.size > 0) return
    this.#byCount.delete(counter.count)
    // Whoever leaves the least, comes back with one more.
    if (this.#least === counter.count) this.#least++
  }
}
