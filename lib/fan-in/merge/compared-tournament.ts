import type { Tournament } from '../tournament.ts'
import { createTournament } from './create-tournament.ts'
import type { Heads } from './heads.ts'
import { LoserTree } from './loser-tree.ts'

/** What `compare` has thrown, and the index of the input whose head was new. */
interface Failure {
  readonly error: unknown
  readonly suspect: number
}

/**
 * The tournament of a merge by a `compare` function that may throw. An error belongs to one of the two inputs whose keys were
 * compared: to the one whose head is new, or else to the later. Then all heads are compared again, without that input.
 */
export class ComparedTournament<T> implements Tournament {
  readonly #heads: Heads<T>
  readonly #fail: (error: unknown, index: number) => void
  #tournament: Tournament
  winner: number

  /**
   * `fail` throws, or ends the input with this index. `latest` is the index of the input whose head is new; undefined if all
   * are.
   */
  constructor(
    heads: Heads<T>,
    active: readonly number[],
    fail: (error: unknown, index: number) => void,
    latest?: number,
  ) {
    this.#heads = heads
    this.#fail = fail
    this.#tournament =
      latest === undefined
        ? this.#compareAll()
        : this.#recovering(latest, () => createTournament(heads, active))
    this.winner = this.#tournament.winner
  }

  replay(): void {
    this.#tournament = this.#recovering(this.winner, () => {
      this.#tournament.replay()
      return this.#tournament
    })
    this.winner = this.#tournament.winner
  }

  #recovering(suspect: number, play: () => Tournament): Tournament {
    try {
      return play()
    } catch (error) {
      return this.#compareAll({ error, suspect })
    }
  }

  #compareAll(failure?: Failure): Tournament {
    let unexplained = failure
    const onError = (error: unknown, a: number, b: number): void => {
      const isSuspect = failure !== undefined && (a === failure.suspect || b === failure.suspect)
      const cause = unexplained === undefined ? error : unexplained.error
      unexplained = undefined
      this.#fail(cause, isSuspect ? failure.suspect : Math.max(a, b))
    }
    const tree = comparedTree(this.#heads, onError)
    if (unexplained === undefined) return tree
    // This time no comparison has failed.
    this.#fail(unexplained.error, unexplained.suspect)
    return comparedTree(this.#heads, onError)
  }
}

/** `onError` gets the indexes of the two inputs whose keys were compared. */
function comparedTree<T>(
  heads: Heads<T>,
  onError: (error: unknown, a: number, b: number) => void,
): LoserTree {
  let compared: readonly [number, number] = [0, 0]
  const isAheadNoted = (a: number, b: number): boolean => {
    compared = [a, b]
    return heads.isAhead(a, b)
  }
  const all = heads.inputs.map(({ index }) => index)
  for (;;) {
    try {
      return new LoserTree(heads.isAhead, all, isAheadNoted)
    } catch (error) {
      onError(error, ...compared)
    }
  }
}
