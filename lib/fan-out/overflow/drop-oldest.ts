import type { Policy } from './verdict.ts'

/** The oldest items held for the laggard are dropped. */
export const dropOldest: Policy = () => ({ kind: 'skip', which: 'oldest' })
