import { WAIT, type Policy } from './verdict.ts'

/** The fastest branch waits, and nobody pulls the source in the meantime: that is the backpressure. */
export const block: Policy = () => WAIT
