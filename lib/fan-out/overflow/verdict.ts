import type { Account } from '../account.ts'

/** What to do when the branch that pulls would get too far ahead of the laggard. */
export type Verdict =
  /** The puller waits until the laggard has received more. */
  | { readonly kind: 'wait' }
  /** The puller continues, and the laggard falls further behind. */
  | { readonly kind: 'pass' }
  /** The laggard skips this many of the oldest items held for it. */
  | { readonly kind: 'skip'; readonly items: number }
  /** The laggard delivers the items held for it and then fails with this error; the others continue without it. */
  | { readonly kind: 'detach'; readonly error: Error }

/**
 * Called when `puller` wants an item that would put it more than `maxlen` ahead of `laggard`, whose policy this is. If it throws,
 * all branches fail with that error.
 */
export type Policy = (puller: Account, laggard: Account) => Verdict

export const WAIT: Verdict = { kind: 'wait' }
