import type { Tournament } from '../tournament.ts'
import type { Heads } from './heads.ts'
import { LoserTree } from './loser-tree.ts'
import { isAhead, NumberTree } from './number-tree.ts'
import { Tiers } from './tiers.ts'

/** The tournament of the heads as they are now; with `active` inputs, these have one of their own. */
export function createTournament<T>(heads: Heads<T>, active: readonly number[]): Tournament {
  const all = heads.inputs.map(({ index }) => index)
  if (active.length === 0) return createTree(heads, all)
  const isActive = new Set(active)
  const idle = all.filter((index) => !isActive.has(index))
  const { numbers } = heads
  return new Tiers(
    createTree(heads, active),
    createTree(heads, idle),
    numbers === undefined ? heads.isAhead : (a, b) => isAhead(numbers, a, b),
  )
}

/**
 * The tournament of a merge by a `compare` function that may throw. `onError` is called with the indexes of the two inputs whose
 * keys were compared, and throws or ends one of them.
 */
export function createComparedTournament<T>(
  heads: Heads<T>,
  onError: (error: unknown, a: number, b: number) => void,
): Tournament {
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

function createTree<T>({ numbers, isAhead }: Heads<T>, players: readonly number[]): Tournament {
  return numbers === undefined ? new LoserTree(isAhead, players) : new NumberTree(numbers, players)
}
