/**
 * A tournament over k players, each with a current key or none: the winner is the least, ties by index, and after the
 * winner's key changed one path of ⌈log₂ k⌉ matches finds the next.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1, "tree of losers".
 */
export class LoserTree<K> {
  /** The players' keys; set one, then replay it. */
  readonly keys: K[]
  readonly #out: boolean[]
  readonly #beats: (a: K, b: K) => boolean
  readonly #losers: Int32Array
  #winner = 0

  /** `beats(a, b)`: strictly before; equal keys must not beat each other. */
  constructor(keys: K[], out: boolean[], beats: (a: K, b: K) => boolean) {
    this.keys = keys
    this.#out = out
    this.#beats = beats
    const players = keys.length
    this.#losers = new Int32Array(Math.max(players, 1))
    const winners = new Int32Array(2 * players)
    for (let node = 2 * players - 1; node >= 1; node--) {
      if (node >= players) {
        winners[node] = node - players
        continue
      }
      const left = winners[2 * node] as number
      const right = winners[2 * node + 1] as number
      const leftWins = this.#wins(left, right)
      winners[node] = leftWins ? left : right
      this.#losers[node] = leftWins ? right : left
    }
    this.#winner = players > 0 ? (winners[1] as number) : 0
  }

  /** The player with the least key; undefined when all are out. */
  get winner(): number | undefined {
    return this.#out[this.#winner] === false ? this.#winner : undefined
  }

  /** The winner has no key any more. */
  dropOut(): void {
    this.#out[this.#winner] = true
    this.replay()
  }

  /** The winner has another key. */
  replay(): void {
    const losers = this.#losers
    let winner = this.#winner
    for (let node = (winner + losers.length) >> 1; node >= 1; node >>= 1) {
      const loser = losers[node] as number
      if (this.#wins(loser, winner)) {
        losers[node] = winner
        winner = loser
      }
    }
    this.#winner = winner
  }

  #wins(a: number, b: number): boolean {
    if (this.#out[a] !== false) return false
    if (this.#out[b] !== false) return true
    const [first, second] = [this.keys[a] as K, this.keys[b] as K]
    return a < b ? !this.#beats(second, first) : this.#beats(first, second)
  }
}
