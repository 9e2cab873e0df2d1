import type { Account } from '../account.ts'

/** What becomes of a branch that would get too far ahead of another, and of the one it would leave behind. */
export type Verdict =
  /** The puller waits until the laggard has been given more. */
  | { readonly kind: 'wait' }
  /** The puller goes on, and the laggard falls behind further. */
  | { readonly kind: 'pass' }
  /** The laggard goes without so many of the items that wait for it, the oldest first. */
  | { readonly kind: 'skip'; readonly items: number }
  /** The laggard fails with this error after the items that wait for it, and the others go on without it. */
  | { readonly kind: 'detach'; readonly error: Error }

/**
 * Decides when `puller` wants an item that would put it more than `maxlen` ahead of `laggard`, whose policy it is. What it throws
 * ends all branches.
 */
export type Policy = (puller: Account, laggard: Account) => Verdict

export const WAIT: Verdict = { kind: 'wait' }
