import { traced } from '../../kernel/item-origin.ts'
import { check } from '../../kernel/options.ts'
import type { Junction } from '../junction.ts'
import { LatenessCursor } from './lateness-cursor.ts'
import { latenessRules, type LatenessOptions } from './lateness-options.ts'

/** Inputs that are nearly sorted by time as one that is sorted, as long as no item is later than `lateness` allows. */
export function latenessJunction<T>(options: LatenessOptions<T>): Junction<T> {
  // `readOptions` accepts that an option is missing, but this one is required.
  check((options as LatenessOptions<T> | undefined)?.lateness, 'lateness', latenessRules.lateness)
  return {
    name: 'mergeBoundedLateness',
    bytes: false,
    open(inputs, scope, place) {
      return traced(new LatenessCursor(inputs, scope, options), place)
    },
  }
}
