import type { Policy } from './verdict.ts'

/** The laggard goes without the oldest items held for it. */
export const dropOldest: Policy = () => ({ kind: 'skip', which: 'oldest' })
