import { aheadBy } from '../tournament.ts'
import type { TimedInput } from './timed-input.ts'
import { WinnerTree } from './winner-tree.ts'

const isLess = (a: number, b: number): boolean => a < b

/** The watermarks of all inputs. Whoever changes the watermark of an input, or whether it is out, calls `update`. */
export class Watermarks<T> extends WinnerTree {
  readonly #inputs: readonly TimedInput<T>[]

  constructor(inputs: readonly TimedInput<T>[]) {
    super(aheadBy(inputs, isLess), inputs.length)
    this.#inputs = inputs
  }

  /** The input with the least watermark, which holds up all others; undefined when all are out. */
  get slowest(): TimedInput<T> | undefined {
    const input = this.#inputs[this.winner]
    return input?.out === true ? undefined : input
  }
}
