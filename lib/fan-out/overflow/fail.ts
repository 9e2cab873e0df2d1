import { OverflowError } from '../../errors.ts'
import { WAIT, type Policy } from './verdict.ts'

/** All branches fail, but only when a consumer really asks for the item; a face that is reading ahead just waits. */
export const fail: Policy = (puller, laggard) => {
  if (!puller.hasDemand) return WAIT
  throw new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen)
}
