import type { Policy } from './verdict.ts'

/** All branches fail. */
export const fail: Policy = (overflow) => {
  throw overflow()
}
