import { OverflowError } from '../errors.ts'

export type Overflow = 'block' | 'fail'

/** The branch that would lag too far. */
export interface Laggard {
  readonly index: number
  readonly lag: number
  readonly maxlen: number
}

/** What the puller gets when a branch would lag by more than its `maxlen`: it waits, or it throws. */
export type Policy = (laggard: Laggard) => 'wait'

export const policies: Readonly<Record<Overflow, Policy>> = {
  block: () => 'wait',
  fail: ({ index, lag, maxlen }) => {
    throw new OverflowError(index, lag, maxlen)
  },
}
