import { OverflowError } from '../errors.ts'
import { DONE, PENDING, type Cursor } from '../kernel/cursor.ts'
import { Queue } from '../kernel/queue.ts'
import type { Branch } from './branch.ts'

/** Wraps a stage's error, which may be any value. */
export class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** One stage of a fork: the branch it reads, and the outputs that wait for the other stages to produce theirs. */
export class Lane<T> {
  readonly branch: Branch<T>
  readonly output: Cursor<unknown>
  readonly queue = new Queue<unknown>()
  /** How the stage ended, once it has; queued outputs come first. */
  outcome: typeof DONE | Failure | undefined
  /** Still running in this round: it has neither produced an output nor become blocked. */
  isAsked = false

  constructor(branch: Branch<T>, output: Cursor<unknown>) {
    this.branch = branch
    this.output = output
  }

  poll(): unknown {
    try {
      const step = this.output.next()
      if (step === DONE) {
        this.outcome = DONE
        void this.branch.close()
      }
      return step
    } catch (error) {
      return (this.outcome = new Failure(error))
    }
  }

  /** Queues an output, or decides whether the stage still has to produce one in this round. */
  settle(answer: unknown): void {
    this.isAsked = answer === PENDING && (!this.branch.blocked || this.output.isWorking === true)
    if (answer !== PENDING && this.outcome === undefined) this.queue.push(answer)
  }
}

/** The failure of the first failed stage, in stage order. */
export function firstFailure(lanes: readonly Pick<Lane<unknown>, 'outcome'>[]): Failure | undefined {
  for (const { outcome } of lanes) if (outcome instanceof Failure) return outcome
  return undefined
}

/** Whether any stage is still running in this round. */
export function isAnyAsked(lanes: readonly Pick<Lane<unknown>, 'isAsked'>[]): boolean {
  for (const { isAsked } of lanes) if (isAsked) return true
  return false
}

/** Throws if more than `maxlen` outputs of a stage wait for another stage. */
export function checkQueues(lanes: readonly Pick<Lane<unknown>, 'queue'>[], maxlen: number): void {
  for (const { queue } of lanes) {
    if (queue.length <= maxlen) continue
    const laggard = lanes.findIndex((lane) => lane.queue.length === 0)
    throw new OverflowError(laggard, queue.length, maxlen, 'stage')
  }
}
