import { LateError } from '../../errors.ts'
import { Awaited, promiseRefused } from '../../kernel/awaited.ts'
import { isThenable } from '../../kernel/guards.ts'
import { withItemOrigin } from '../../kernel/item-origin.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { TimedInput } from './timed-input.ts'

/** Which item came too late, and by how much. */
export interface Late {
  /** The index of the input among those of the junction. */
  readonly source: number
  readonly label: string | undefined
  /** The index of the item within its source. */
  readonly index: number
  /** How far the time of the item is behind the newest of its input, or behind what was already emitted. */
  readonly lateness: number
}

/** What to do with a late item, the option `late`. */
export type LatePolicy<T> = 'fail' | 'drop' | ((item: T, late: Late) => unknown)

/** Applies the option `late`. If its function returns a promise, nothing is emitted before that has settled. */
export class LateItems<T> {
  readonly #scope: Scope
  readonly #policy: LatePolicy<T>
  readonly #report: Awaited
  /** The input whose late item is being reported. */
  reporting: TimedInput<T> | undefined

  constructor(scope: Scope, policy: LatePolicy<T>) {
    this.#scope = scope
    this.#policy = policy
    this.#report = new Awaited(scope)
  }

  /** `allowed` is undefined if the item is late only because its input was idle. */
  add(item: T, input: TimedInput<T>, index: number, lateness: number, allowed?: number): void {
    const { place } = input
    const policy = this.#policy
    if (policy === 'fail') throw withItemOrigin(new LateError(place, index, lateness, allowed), place, index)
    if (policy === 'drop') return
    const report = policy(item, { source: place.index, label: place.label, index, lateness })
    if (!isThenable(report)) return
    if (this.#scope.face === 'iter') throw promiseRefused('late', report)
    this.reporting = input
    this.#report.start(report)
  }

  /** False while the promise is pending; throws what it was rejected with. */
  isReported(): boolean {
    if (this.#report.waiting) return false
    this.reporting = undefined
    this.#report.take()
    return true
  }
}
