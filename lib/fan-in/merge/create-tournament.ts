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

function createTree<T>({ numbers, isAhead }: Heads<T>, players: readonly number[]): Tournament {
  return numbers === undefined ? new LoserTree(isAhead, players) : new NumberTree(numbers, players)
}
