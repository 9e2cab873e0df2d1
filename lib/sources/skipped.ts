interface Skip {
  /** The index of the item after what was skipped. */
  readonly index: number
  /** How many were skipped before that item, from the beginning on. */
  count: number
}

/** How many of these are remembered, at least. */
const REMEMBERED = 1024

/** Counts what is skipped between the items of a source, so that an item can be named by its row or line. */
export class Skipped {
  #skips: Skip[] = [{ index: 0, count: 0 }]

  /** `count` rows or lines were skipped before the item with this index. */
  add(index: number, count: number): void {
    const last = this.#skips.at(-1) as Skip
    if (last.index === index) last.count += count
    else this.#skips.push({ index, count: last.count + count })
    if (this.#skips.length > 2 * REMEMBERED) this.#skips = this.#skips.slice(-REMEMBERED)
  }

  /** How many were skipped before the item with this index; undefined if that is no longer remembered. */
  before(index: number): number | undefined {
    const skips = this.#skips
    if (index < (skips[0] as Skip).index) return undefined
    let [low, high] = [0, skips.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((skips[middle] as Skip).index <= index) low = middle
      else high = middle
    }
    return (skips[low] as Skip).count
  }
}
