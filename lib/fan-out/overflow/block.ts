import { WAIT, type Policy } from './verdict.ts'

/** The puller waits: backpressure reaches the source when the fastest branch waits. */
export const block: Policy = () => WAIT
