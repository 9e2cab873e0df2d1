import { traced } from '../../kernel/item-origin.ts'
import { flag, positiveInteger, type Rule } from '../../kernel/options.ts'
import { inputErrorRules } from '../input-errors.ts'
import type { Junction } from '../junction.ts'
import { InputControls } from './input-controls.ts'
import { ReadyCursor } from './ready-cursor.ts'

export interface MergeReadyOptions {
  /** How many inputs are open at once, at most; by default all of them. */
  maxOpen?: number | undefined
  /**
   * `false` keeps the output open when all inputs have ended, for inputs that are added later, until `end()` is called. Not in
   * `fanpipe/iter`, which cannot wait for them.
   */
  end?: boolean | undefined
}

export const mergeReadyRules = {
  ...inputErrorRules,
  maxOpen: {
    ...positiveInteger,
    expected: 'a positive integer or Infinity',
    holds: (value) => value === Infinity || positiveInteger.holds(value),
  },
  end: flag,
} satisfies Record<string, Rule>

export const syncMergeReadyRules = {
  ...mergeReadyRules,
  end: { expected: 'true in fanpipe/iter, which cannot wait for inputs', holds: (value) => value === true },
} satisfies Record<string, Rule>

/** Whatever input has an item ready, in turn. `controls` add and remove inputs. */
export function mergeReadyJunction<T>(
  { maxOpen = Infinity, end = true }: MergeReadyOptions = {},
  controls: InputControls<T> = new InputControls<T>(),
): Junction<T> {
  return {
    name: 'mergeReady',
    bytes: true,
    asyncList: true,
    keepsGiven: true,
    open(inputs, scope, place) {
      return traced(new ReadyCursor(inputs, scope, place, controls, maxOpen, end), place)
    },
  }
}
