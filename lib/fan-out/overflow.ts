import type { Scope } from '../cursor/scope.ts'
import { OverflowError } from '../errors.ts'

export type Overflow = 'block' | 'fail'

/** What a policy sees of a branch. */
export interface Party {
  readonly index: number
  readonly maxlen: number
  readonly taken: number
  readonly delivered: number
  /** What it was opened in. */
  readonly scope: Scope | undefined
  /** Whether its consumer asks for an item now, and its face does not merely read ahead. */
  readonly hungry: boolean
}

/** What becomes of a puller that would lead another branch by more than `maxlen`: it waits, goes on, or throws. */
export type Policy = (puller: Party, laggard: Party) => 'wait' | 'go on'

export const policies: Readonly<Record<Overflow, Policy>> = {
  block: () => 'wait',
  fail: (puller, laggard) => {
    if (!puller.hungry) return 'wait'
    throw new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen)
  },
}
