import { FanpipeError } from './fanpipe-error.ts'

/** How a consumer lags, and what to do about it. */
const lagging = {
  branch: ['behind the fastest', 'consume the branches in step'],
  stage: ['behind the fastest', 'use stages that yield one output for each input'],
  part: ['behind with its own items', 'consume the branches concurrently'],
} as const

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
  constructor(branch: number, lag: number, maxlen: number, consumer: keyof typeof lagging = 'branch') {
    const [how, remedy] = lagging[consumer]
    super(
      `${consumer === 'stage' ? 'stage' : 'branch'} ${branch} cannot keep up: it is ${lag} ${how}, and maxlen is ${maxlen}: ${remedy}, or raise maxlen`,
    )
    this.branch = branch
    this.lag = lag
    this.maxlen = maxlen
  }
}
