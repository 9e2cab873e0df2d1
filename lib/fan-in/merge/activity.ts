import type { MergeInput } from './merge-input.ts'

/** With fewer inputs than this, telling the active from the idle is not worth it. */
const MIN_INPUTS = 16
const MIN_PERIOD = 4096
const PERIOD_PER_INPUT = 4

type Counted = Pick<MergeInput<never>, 'index' | 'count'>

/**
 * Which inputs have given items lately. Often that is only a few of many, such as the logs of one day among those of a
 * year, and then the active ones get a smaller tournament of their own.
 */
export class Activity {
  readonly #inputs: readonly Counted[]
  /** How many items each input had given at the last recount. */
  readonly #counts: Float64Array
  /** The active inputs, in ascending order; empty where most are active. */
  active: readonly number[] = []
  /** After how many items to recount: often enough to follow a change, seldom enough to cost nothing. */
  readonly period: number

  constructor(inputs: readonly Counted[]) {
    this.#inputs = inputs
    this.#counts = new Float64Array(inputs.length)
    this.period = Math.max(MIN_PERIOD, PERIOD_PER_INPUT * inputs.length)
  }

  /** Recomputes the active set, and tells whether it has changed. */
  recount(): boolean {
    const inputs = this.#inputs
    if (inputs.length < MIN_INPUTS) return false
    const counts = this.#counts
    const activeInputs = inputs.filter(({ index, count }) => count > (counts[index] as number))
    for (const { index, count } of activeInputs) counts[index] = count
    const active = 2 * activeInputs.length > inputs.length ? [] : activeInputs.map(({ index }) => index)
    const isSame =
      active.length === this.active.length && active.every((index, i) => index === this.active[i])
    this.active = active
    return !isSame
  }
}
