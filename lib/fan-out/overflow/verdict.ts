import type { Account } from '../account.ts'

/** What to do when the branch that pulls would get too far ahead of the laggard. */
export type Verdict =
  /** The puller waits until the laggard has received more. */
  | { readonly kind: 'wait' }
  /** The puller continues, and the laggard falls further behind. */
  | { readonly kind: 'pass' }
  /**
   * The laggard goes without items: without the oldest ones held for it, until the puller's item fits, or without the puller's
   * item, the newest. If everything that it lags by is in the buffer of its face, only the newest can be skipped.
   */
  | { readonly kind: 'skip'; readonly which: 'oldest' | 'newest' }
  /** The laggard delivers the items held for it and then fails with this error; the others continue without it. */
  | { readonly kind: 'detach'; readonly error: Error }

/**
 * Called when the consumer of `puller` asks for an item that would put it more than `maxlen` ahead of `laggard`, whose policy this
 * is. If it throws, all branches fail with that error. There may be several laggards: all policies are asked before any verdict is
 * carried out, and if one says "wait", that is all that happens.
 */
export type Policy = (puller: Account, laggard: Account) => Verdict

export const WAIT: Verdict = { kind: 'wait' }
