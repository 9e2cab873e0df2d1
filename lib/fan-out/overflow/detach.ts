import { OverflowError } from '../../errors.ts'
import type { Policy } from './verdict.ts'

/** The laggard alone fails, after the items that are held for it. */
export const detach: Policy = (puller, laggard) => ({
  kind: 'detach',
  error: new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen),
})
