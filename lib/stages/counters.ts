/** An item and how often it occurred: at most `count` times, at least `count - error` times. */
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

/** Counters indexed by key and by count, so that one with the lowest count is found in constant time. */
export class Counters<A> {
  readonly #byKey = new Map<unknown, Counter<A>>()
  readonly #byCount = new Map<number, Set<Counter<A>>>()
  #lowestCount = 1
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
    if (counter.count < this.#lowestCount) this.#lowestCount = counter.count
  }

  /** Replaces the oldest of the counters with the lowest count. */
  replaceLeast(key: unknown, item: A): void {
    const [oldest] = this.#byCount.get(this.#lowestCount) as Set<Counter<A>>
    const counter = oldest as Counter<A>
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
    const sameCount = this.#byCount.get(counter.count)
    if (sameCount === undefined) this.#byCount.set(counter.count, new Set([counter]))
    else sameCount.add(counter)
  }

  #remove(counter: Counter<A>): void {
    const sameCount = this.#byCount.get(counter.count) as Set<Counter<A>>
    sameCount.delete(counter)
    if (sameCount.size > 0) return
    this.#byCount.delete(counter.count)
    // A counter removed from the lowest count is always re-inserted with a count of one more.
    if (this.#lowestCount === counter.count) this.#lowestCount++
  }
}
