import { callback, milliseconds, type Rule } from '../../kernel/options.ts'
import { clockRule, type Clock } from '../../kernel/clock.ts'
import { inputErrorRules } from '../input-errors.ts'
import { keylessRule, type Keyless } from '../options.ts'
import type { LatePolicy } from './late-items.ts'

export interface LatenessOptions<T> {
  /** The time of an item: a finite number or a Date; by default the item itself. */
  time?: ((item: T) => number | Date) | undefined
  /** How far behind the newest of its input an item may come, in the unit of `time`: milliseconds for Dates. */
  lateness: number
  /**
   * What happens to an item that comes later: `'fail'`, the default; `'drop'`; or a function that is called with it, after
   * which it is dropped. A promise of that function is awaited, except in `fanpipe/iter`, where it is an `ArgumentError`.
   */
  late?: LatePolicy<T> | undefined
  /** After this many milliseconds without an item, an input no longer holds up the others; by default it always does. */
  idle?: number | undefined
  /**
   * What happens to an item without a time: one that is `undefined`, `null`, `NaN` or an invalid Date. `'fail'`, the default: a
   * `KeyError`. `'follow'`: the item comes right after the previous one of the same input, like the lines of a stack trace, or
   * before all others if its input has given no time yet; if the previous item is late, `late` is applied to both. Each item is
   * then held until its input has given another one, has ended or is idle; what follows the item later is emitted at once.
   */
  keyless?: Keyless | undefined
  /** The clock that `idle` is measured with; by default that of the system. */
  clock?: Clock | undefined
}

export const latenessRules = {
  ...inputErrorRules,
  time: callback,
  lateness: {
    expected: 'a finite number, zero or more',
    holds: (value) => typeof value === 'number' && value >= 0 && value < Infinity,
  },
  late: {
    expected: "'fail', 'drop' or a function",
    holds: (value) => value === 'fail' || value === 'drop' || typeof value === 'function',
  },
  idle: milliseconds,
  keyless: keylessRule,
  clock: clockRule,
} satisfies Record<string, Rule>
