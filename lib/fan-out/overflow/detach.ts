import type { Policy } from './verdict.ts'

/** The laggard alone fails, after the items that are held for it. */
export const detach: Policy = (overflow) => ({ kind: 'detach', error: overflow() })
