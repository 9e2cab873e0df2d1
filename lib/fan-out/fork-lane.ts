import { DONE, PENDING, type Cursor } from '../kernel/cursor.ts'
import { Queue } from '../kernel/queue.ts'
import type { Branch } from './branch.ts'

/** What a stage failed with. */
export class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** One stage of a fork: the branch it reads, and its outputs that wait for those of the other stages. */
export class Lane<T> {
  readonly branch: Branch<T>
  readonly output: Cursor<unknown>
  readonly queue = new Queue<unknown>()
  /** What comes after the queued outputs, once that is known. */
  outcome: typeof DONE | Failure | undefined
  /** It was asked in this round, and has neither answered nor come to want an item that it may not take yet. */
  isAsked = false

  constructor(branch: Branch<T>, output: Cursor<unknown>) {
    this.branch = branch
    this.output = output
  }

  /** Pulls the stage once. */
  answer(): unknown {
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

  /** Queues an answer that is an output, and notes whether another is still expected in this round. */
  settle(answer: unknown): void {
    this.isAsked = answer === PENDING && (!this.branch.blocked || this.output.isWorking === true)
    if (answer !== PENDING && this.outcome === undefined) this.queue.push(answer)
  }
}

/** The error of the first of these stages that has failed. */
export function firstFailure(lanes: readonly Pick<Lane<unknown>, 'outcome'>[]): Failure | undefined {
  for (const { outcome } of lanes) if (outcome instanceof Failure) return outcome
  return undefined
}

/** Whether any of these stages has yet to answer in this round. */
export function isAnyAsked(lanes: readonly Pick<Lane<unknown>, 'isAsked'>[]): boolean {
  for (const { isAsked } of lanes) if (isAsked) return true
  return false
}
