import { FanpipeError } from './fanpipe-error.ts'
import { describeSource, type Origin } from './origin.ts'

/** How a consumer lags, and what to do about it. */
const lagging = {
  branch: ['behind the fastest', 'consume the branches in step'],
  target: ['behind the fastest', 'choose another `overflow`'],
  stage: ['behind the fastest', 'use stages that yield one output for each input'],
  part: ['behind with its own items', 'consume the branches concurrently'],
  consumer: ['behind the newest message', 'let it acknowledge faster'],
} as const

export const consumerName = (index: number, kind: keyof typeof lagging, name = `${index}`): string =>
  ({
    branch: `branch ${index}`,
    target: `targets[${index}]`,
    stage: `stage ${index}`,
    part: `branch ${index}`,
    consumer: `consumer ${name}`,
  })[kind]

/** The stages of a fork yielded different numbers of outputs, or the inputs of a zip different numbers of items. */
export class CardinalityError extends FanpipeError {
  override get name(): string {
    return 'CardinalityError'
  }
  readonly code = 'ERR_FANPIPE_CARDINALITY'
  /** The index of the first output or item without a counterpart, from 0: that of the tuple it would have been in. */
  readonly index: number
  /** The index of the stage or input that ended first. */
  readonly shorter: number
  /** The index of a stage or input that yielded more. */
  readonly longer: number
  /** `inputs` are the shorter and the longer input of a zip; they are left out for a fork. */
  constructor(
    index: number,
    shorter: number,
    longer: number,
    inputs?: readonly [shorter: Origin, longer: Origin],
  ) {
    super(
      inputs === undefined
        ? `stage ${shorter} ended before output ${index}, which stage ${longer} yielded: all stages of a fork must yield the same number of outputs`
        : unequalInputs(index, ...inputs),
    )
    this.index = index
    this.shorter = shorter
    this.longer = longer
  }
}

function unequalInputs(index: number, shorter: Origin, longer: Origin): string {
  const [short, long] = [shorter, longer].map((input) => describeSource(input.path(), input.label))
  return `${short} ended before ${longer.item(index)}, which ${long} yielded: all inputs of a zip must have the same length unless \`mode\` is 'shortest' or 'longest'`
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
  /** The name of the consumer that lags behind, if it is one of NATS JetStream; `branch` is then its index among the names, or -1. */
  readonly consumer: string | undefined
  constructor(
    branch: number,
    lag: number,
    maxlen: number,
    kind: keyof typeof lagging = 'branch',
    consumer?: string,
  ) {
    const [how, remedy] = lagging[kind]
    super(
      `${consumerName(branch, kind, consumer)} cannot keep up: it is ${lag} ${how}, and maxlen is ${maxlen}: ${remedy}, or raise maxlen`,
    )
    this.branch = branch
    this.lag = lag
    this.maxlen = maxlen
    this.consumer = consumer
  }
}

/** A branch has held up the others for longer than its `stall`. */
export class StallError extends FanpipeError {
  override get name(): string {
    return 'StallError'
  }
  readonly code = 'ERR_FANPIPE_STALL'
  /** The index of the branch that the others waited for. */
  readonly branch: number
  /** How far it is behind the fastest. */
  readonly lag: number
  /** The `maxlen` that would have been enough so far: one more than its greatest lag. */
  readonly needed: number
  /** `peak` is its greatest lag so far, and `waited` for how long the others have waited, in milliseconds. */
  constructor(
    branch: number,
    lag: number,
    peak: number,
    waited: number,
    kind: 'branch' | 'unread' | 'target',
  ) {
    const needed = peak + 1
    const ms = `${Math.round(waited)} ms`
    const name = consumerName(branch, kind === 'unread' ? 'branch' : kind)
    const what =
      kind === 'unread'
        ? `was never read, and others have waited for it for ${ms}`
        : `has received nothing for ${ms} while others waited for it`
    const remedy = {
      unread: 'read it, close it',
      branch: `consume it faster, raise maxlen to at least ${needed}`,
      target: `raise maxlen to at least ${needed}`,
    }[kind]
    super(`${name} ${what}; it is ${lag} behind the fastest: ${remedy}, or choose another \`overflow\``)
    this.branch = branch
    this.lag = lag
    this.needed = needed
  }
}
