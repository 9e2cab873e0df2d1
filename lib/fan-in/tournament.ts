/** What takes part in a tournament: the one with the least key wins, as long as it is not out. */
export interface Player<K> {
  readonly key: K
  readonly out: boolean
}

/** Finds the player that is ahead of all others; players are named by their index. */
export interface Tournament {
  readonly winner: number
  /** Finds the winner again, after the key of the last one has changed. */
  replay(): void
}

/**
 * Makes the function that tells whether one player is ahead of another: the one whose key `beats` the other's, by index if
 * the keys are equal. A player that is out is behind all that are not.
 */
export function aheadBy<K>(
  players: readonly Player<K>[],
  beats: (a: K, b: K) => boolean,
): (a: number, b: number) => boolean {
  return (indexA, indexB) => {
    const a = players[indexA] as Player<K>
    const b = players[indexB] as Player<K>
    if (a.out || b.out) return b.out && (!a.out || indexA < indexB)
    return indexA < indexB ? !beats(b.key, a.key) : beats(a.key, b.key)
  }
}
