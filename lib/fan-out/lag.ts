import type { Account } from './account.ts'

/** The part of an account that lag is computed from. */
export type Standing = Pick<
  Account,
  'delivered' | 'toSkip' | 'joinedAt' | 'maxlen' | 'closed' | 'leftEarly' | 'done'
>

/** How much any other branch may have taken until this one receives more; a closed branch limits nobody. */
export const limitOf = ({ closed, delivered, toSkip, maxlen }: Standing): number =>
  closed ? Infinity : delivered + toSkip + maxlen

/** Whether a branch may not take its next item, since that would put it too far ahead of another. */
export const isHeldUpBy = ({ taken }: Pick<Account, 'taken'>, other: Standing): boolean =>
  limitOf(other) <= taken

/** The branch that blocks the others first: the open one with the lowest limit. */
export function laggardOf<B extends Standing>(branches: readonly B[]): B | undefined {
  let laggard: B | undefined
  let lowest = Infinity
  for (const branch of branches) {
    const limit = limitOf(branch)
    if (limit >= lowest) continue
    lowest = limit
    laggard = branch
  }
  return laggard
}

/** How much the fastest branch has received, not counting branches that were closed early. */
export function leadOf(branches: readonly Standing[], atLeast = 0): number {
  let lead = atLeast
  for (const { leftEarly, delivered, joinedAt } of branches)
    if (!leftEarly && delivered > joinedAt && delivered > lead) lead = delivered
  return lead
}

/** How far a branch is behind the fastest, not counting what it will skip. */
export const lagOf = ({ done, delivered, toSkip }: Standing, lead: number): number =>
  done ? 0 : Math.max(0, lead - delivered - toSkip)
