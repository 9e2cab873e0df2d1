import { FanpipeError } from './fanpipe-error.ts'

/** What to do about a consumer that lags. */
const inStep = {
  branch: 'consume the branches in step',
  stage: 'use stages that yield one output for each input',
}

/** The stages of a fork yielded different numbers of outputs. */
export class CardinalityError extends FanpipeError {
  override get name(): string {
    return 'CardinalityError'
  }
  readonly code = 'ERR_FANPIPE_CARDINALITY'
  /** The index of the first output without a counterpart, from 0. */
  readonly index: number
  /** The index of the stage that ended first. */
  readonly shorter: number
  /** The index of a stage that yielded more. */
  readonly longer: number
  constructor(index: number, shorter: number, longer: number) {
    super(
      `stage ${shorter} ended before output ${index}, which stage ${longer} yielded: all stages of a fork must yield the same number of outputs`,
    )
    this.index = index
    this.shorter = shorter
    this.longer = longer
  }
}

/** The fastest branch of a multicast, or the fastest stage of a fork, would lead the slowest by more than `maxlen`. */
export class OverflowError extends FanpipeError {
  override get name(): string {
    return 'OverflowError'
  }
  readonly code = 'ERR_FANPIPE_OVERFLOW'
  /** The index of the branch, or of the fork's stage, that lags behind. */
  readonly branch: number
  /** How far it lags behind the fastest. */
  readonly lag: number
  readonly maxlen: number
  constructor(branch: number, lag: number, maxlen: number, consumer: keyof typeof inStep = 'branch') {
    super(
      `${consumer} ${branch} cannot keep up: it is ${lag} behind the fastest, and maxlen is ${maxlen}: ${inStep[consumer]}, or raise maxlen`,
    )
    this.branch = branch
    this.lag = lag
    this.maxlen = maxlen
  }
}
