import type { Tournament } from './tiers.ts'

/** Who plays until it is out. */
export interface Player<K> {
  readonly key: K
  readonly out: boolean
}

/** Whether one player is ahead of another: by key, which `beats` if it is strictly before, ties by index. */
export function aheadBy<K>(
  players: readonly Player<K>[],
  beats: (a: K, b: K) => boolean,
): (a: number, b: number) => boolean {
  return (indexA, indexB) => {
    const [a, b] = [players[indexA] as Player<K>, players[indexB] as Player<K>]
    if (a.out || b.out) return b.out && (!a.out || indexA < indexB)
    return indexA < indexB ? !beats(b.key, a.key) : beats(a.key, b.key)
  }
}

/**
 * A tournament: who is ahead of all others, and after the winner's key changed one path of ⌈log₂ k⌉ matches finds the next.
 *
 * Knuth, The Art of Computer Programming, vol. 3, 5.4.1, "tree of losers".
 */
export class LoserTree implements Tournament {
  readonly #isAhead: (a: number, b: number) => boolean
  /** At node n the loser of its match; seats are below, so that seat i is the child 2n or 2n + 1 of a node. */
  readonly #losers: number[]
  /** Where a player sits. */
  readonly #seats: Int32Array
  /** -1 where nobody plays. */
  winner: number

  /**
   * `isAhead(a, b)`: whether player a is before player b, of which one always is; `players` ascending. `isAheadFirst`
   * stands for it in the matches that are played now.
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
