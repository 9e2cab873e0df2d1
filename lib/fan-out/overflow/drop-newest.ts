import type { Policy } from './verdict.ts'

/** The new item is dropped for the laggard. */
export const dropNewest: Policy = () => ({ kind: 'skip', which: 'newest' })
