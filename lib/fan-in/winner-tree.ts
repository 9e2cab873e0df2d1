/**
 * A tournament where the key of any player may change: one path of ⌈log₂ k⌉ matches finds who is ahead then. A tree of
 * losers plays as few matches, but only where it is the winner's key that changes.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1.
 */
export class WinnerTree {
  readonly #isAhead: (a: number, b: number) => boolean
  /** At node n the winner of its match, between those of 2n and 2n + 1; player i is at node k + i. */
  readonly #winners: Int32Array
  readonly #size: number

  /** `isAhead(a, b)`: whether player a is before player b, of which one always is. */
  constructor(isAhead: (a: number, b: number) => boolean, size: number) {
    this.#isAhead = isAhead
    this.#size = size
    this.#winners = new Int32Array(2 * size)
    for (let player = 0; player < size; player++) this.#winners[size + player] = player
    for (let node = size - 1; node >= 1; node--)
      this.#winners[node] = this.#match(this.#at(2 * node), this.#at(2 * node + 1))
  }

  /** -1 where nobody plays. */
  get winner(): number {
    return this.#winners[1] ?? -1
  }

  /** The key of this player has changed. */
  update(player: number): void {
    const winners = this.#winners
    let winner = player
    for (let node = this.#size + player; node > 1; node >>= 1) {
      winner = this.#match(winner, winners[node ^ 1] as number)
      winners[node >> 1] = winner
    }
  }

  #at(node: number): number {
    return this.#winners[node] as number
  }

  #match(a: number, b: number): number {
    return this.#isAhead(b, a) ? b : a
  }
}
