import type { OverflowError } from '../../errors.ts'

/** What to do when the branch that pulls would get too far ahead of the laggard. */
export type Verdict =
  /** The puller waits until the laggard has received more. */
  | { readonly kind: 'wait' }
  /** The puller continues, and the laggard falls further behind. */
  | { readonly kind: 'pass' }
  /**
   * Items are dropped for the laggard: the oldest ones held for it, until the puller's item fits, or the newest, which is the
   * puller's item. If everything that it lags by is in the buffer of its face, only the newest can be dropped.
   */
  | { readonly kind: 'skip'; readonly which: 'oldest' | 'newest' }
  /** The laggard delivers the items held for it and then fails with this error; the others continue without it. */
  | { readonly kind: 'detach'; readonly error: Error }

/**
 * Called when a consumer asks for an item that would leave more than `maxlen` for the branch whose policy this is; `overflow`
 * creates the error that says so. If the policy throws, all branches fail with that error. There may be several laggards: all
 * policies are asked before any verdict is carried out, and if one says "wait", that is all that happens.
 */
export type Policy = (overflow: () => OverflowError) => Verdict

export const WAIT: Verdict = { kind: 'wait' }
