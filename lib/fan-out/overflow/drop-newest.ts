import type { Policy } from './verdict.ts'

/** The laggard goes without the new item. */
export const dropNewest: Policy = () => ({ kind: 'skip', which: 'newest' })
