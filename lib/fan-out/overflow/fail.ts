import { OverflowError } from '../../errors.ts'
import type { Policy } from './verdict.ts'

/** All branches fail. */
export const fail: Policy = (puller, laggard) => {
  throw new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen)
}
