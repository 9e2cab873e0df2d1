import type { Tournament } from '../tournament.ts'

/**
 * A tournament for keys of any kind. After the key of the winner has changed, the ⌈log₂ k⌉ matches on its path to the root
 * find the next winner.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1, "tree of losers".
 */
export class LoserTree implements Tournament {
  readonly #isAhead: (a: number, b: number) => boolean
  /** The loser of the match at each node. The children of node n are 2n and 2n + 1; seat i of k is node k + i. */
  readonly #losers: number[]
  /** The seat of each player. */
  readonly #seats: Int32Array
  /** -1 if there are no players. */
  winner: number

  /**
   * `isAhead(a, b)` tells whether player a is ahead of player b; there are no ties. `players` are in ascending order.
   * `isAheadFirst` is used in its place for the matches of the constructor.
   */
  constructor(
    isAhead: (a: number, b: number) => boolean,
    players: readonly number[],
    isAheadFirst: (a: number, b: number) => boolean = isAhead,
  ) {
    this.#isAhead = isAhead
    const winners = [...players, ...players]
    this.#losers = players.slice()
    this.#seats = new Int32Array((players.at(-1) ?? -1) + 1)
    for (const [seat, player] of players.entries()) this.#seats[player] = seat
    for (let node = players.length - 1; node >= 1; node--) {
      const [left, right] = [winners[2 * node] as number, winners[2 * node + 1] as number]
      const swap = isAheadFirst(right, left)
      winners[node] = swap ? right : left
      this.#losers[node] = swap ? left : right
    }
    this.winner = winners[1] ?? -1
  }

  replay(): void {
    const losers = this.#losers
    let winner = this.winner
    for (let node = ((this.#seats[winner] as number) + losers.length) >> 1; node >= 1; node >>= 1) {
      const loser = losers[node] as number
      if (this.#isAhead(loser, winner)) {
        losers[node] = winner
        winner = loser
      }
    }
    this.winner = winner
  }
}
