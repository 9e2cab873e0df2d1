import { OverflowError } from '../../errors.ts'
import { WAIT, type Policy } from './verdict.ts'

/** All branches fail, once a consumer asks for the item; a face that only reads ahead waits. */
export const fail: Policy = (puller, laggard) => {
  if (!puller.hasDemand) return WAIT
  throw new OverflowError(laggard.index, puller.delivered - laggard.delivered, laggard.maxlen)
}
