/** Who plays: by key, ties by index, until it is out. */
export interface Player<K> {
  readonly index: number
  key: K
  out: boolean
}

/**
 * A tournament: the winner is the least of those that are not out, ties by index, and after the winner changed one path of
 * ⌈log₂ k⌉ matches finds the next.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1, "tree of losers".
 */
export class LoserTree<K, P extends Player<K>> {
  readonly #beats: (a: K, b: K) => boolean
  /** At node n the loser of its match; players enter below, so that player i is the child 2n or 2n + 1 of a node. */
  readonly #losers: P[]
  #winner: P | undefined

  /** `players` by index; `beats(a, b)`: strictly before; equal keys must not beat each other. */
  constructor(players: readonly P[], beats: (a: K, b: K) => boolean) {
    this.#beats = beats
    const winners = [...players, ...players]
    this.#losers = players.slice()
    for (let node = players.length - 1; node >= 1; node--) {
      const [left, right] = [winners[2 * node] as P, winners[2 * node + 1] as P]
      const leftWins = this.#wins(left, right)
      winners[node] = leftWins ? left : right
      this.#losers[node] = leftWins ? right : left
    }
    this.#winner = players.length > 1 ? winners[1] : players[0]
  }

  /** The first of those that are not out; undefined when all are. */
  get winner(): P | undefined {
    const winner = this.#winner
    return winner === undefined || winner.out ? undefined : winner
  }

  /** The winner has another key, or is out. */
  replay(): void {
    let winner = this.#winner as P
    const losers = this.#losers
    for (let node = (winner.index + losers.length) >> 1; node >= 1; node >>= 1) {
      const loser = losers[node] as P
      if (this.#wins(loser, winner)) {
        losers[node] = winner
        winner = loser
      }
    }
    this.#winner = winner
  }

  #wins(a: P, b: P): boolean {
    if (a.out) return false
    if (b.out) return true
    return a.index < b.index ? !this.#beats(b.key, a.key) : this.#beats(a.key, b.key)
  }
}
