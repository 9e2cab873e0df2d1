/**
 * A tournament in which the key of any player may change, after which the ⌈log₂ k⌉ matches on its path to the root find the
 * winner. A tree of losers plays as few matches, but only the winner's key may change there.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1.
 */
export class WinnerTree {
  readonly #isAhead: (a: number, b: number) => boolean
  /** The winner of the match at each node. The children of node n are 2n and 2n + 1; player i of k is node k + i. */
  readonly #winners: Int32Array
  readonly #size: number

  /** `isAhead(a, b)` tells whether player a is ahead of player b; there are no ties. */
  constructor(isAhead: (a: number, b: number) => boolean, size: number) {
    this.#isAhead = isAhead
    this.#size = size
    this.#winners = new Int32Array(2 * size)
    for (let player = 0; player < size; player++) this.#winners[size + player] = player
    for (let node = size - 1; node >= 1; node--) {
      const a = this.#winners[2 * node] as number
      const b = this.#winners[2 * node + 1] as number
      this.#winners[node] = isAhead(b, a) ? b : a
    }
  }

  /** -1 if there are no players. */
  get winner(): number {
    return this.#winners[1] ?? -1
  }

  /** Finds the winner again, after the key of this player has changed. */
  update(player: number): void {
    const winners = this.#winners
    let winner = player
    for (let node = this.#size + player; node > 1; node >>= 1) {
      const other = winners[node ^ 1] as number
      if (this.#isAhead(other, winner)) winner = other
      winners[node >> 1] = winner
    }
  }
}
