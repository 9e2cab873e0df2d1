import type { Rule } from '../kernel/options.ts'
import { OverflowError } from '../errors.ts'

export type Overflow = 'block' | 'fail'

const MOST_HELD = 2 ** 32 - 1

/** How many items, or bytes, may be held for a branch. */
export const maxlenRule: Rule = {
  expected: `an integer from 1 to ${MOST_HELD}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_HELD,
}

/** What a policy sees of a branch. */
export interface BranchView {
  readonly index: number
  readonly maxlen: number
  readonly taken: number
  readonly delivered: number
  /** Whether its consumer asks for an item now, and its face does not merely read ahead. */
  readonly hungry: boolean
}

/** Throws where a puller that would lead another branch by more than `maxlen` is to fail; else it waits. */
export type Policy = (puller: BranchView, laggard: BranchView) => void

export const policies: Readonly<Record<Overflow, Policy>> = {
  block: () => undefined,
  fail: (puller, laggard) => {
    if (!puller.hungry) return
    throw new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen)
  },
}
