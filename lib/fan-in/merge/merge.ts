import { ArgumentError } from '../../errors.ts'
import { callback, flag, isListOf, oneOf, type Rule } from '../../kernel/options.ts'
import { traced } from '../../kernel/item-origin.ts'
import type { Place } from '../../kernel/place.ts'
import { inputErrorRules } from '../input-errors.ts'
import type { Junction } from '../junction.ts'
import { keylessRule, type Keyless } from '../options.ts'
import { FollowCursor } from './follow-cursor.ts'
import { KeyedItems, type Slot } from './keyed-items.ts'
import { MergeCursor } from './merge-cursor.ts'
import { MergeInput } from './merge-input.ts'
import { comparedOrder, naturalOrder, type Order } from './order.ts'

export interface MergeOptions<T, K = unknown> {
  /**
   * What an item is ordered by, called once for each item; by default the item itself. An array has one function for each
   * input; if the inputs have items of several types, annotate its parameters. If the list of inputs is lazy, the length of
   * the array is checked when all inputs have been opened.
   */
  key?: ((item: T) => K) | readonly KeyMethod<T, K>['key'][] | undefined
  /** Greatest first; items with equal keys still keep the order of their inputs. */
  reverse?: boolean | undefined
  /**
   * Replaces the natural order of keys: returns a negative number, zero or a positive one as `a` comes before, with or after
   * `b`.
   */
  compare?: ((a: K, b: K) => number) | undefined
  /** `'check'`, the default, fails on an input that is not sorted; `'trust'` skips that check. */
  order?: 'check' | 'trust' | undefined
  /**
   * What happens to an item without a key: one that is `undefined`, `null`, `NaN` or an invalid Date, but under `compare` only
   * `undefined`. `'fail'`, the default: a `KeyError`. `'follow'`: the item comes right after the previous one of the same input,
   * like the lines of a stack trace, or before all others if its input has given no key yet. Each item is then held until its
   * input has given another one or has ended.
   */
  keyless?: Keyless | undefined
}

/** A method, so that a function for one of several kinds of items is accepted. */
interface KeyMethod<T, K> {
  key(item: T): K
}

export const mergeRules = {
  ...inputErrorRules,
  key: {
    expected: 'a function, or an array with a function for each input',
    holds: (value) => callback.holds(value) || isListOf(value, callback.holds),
  },
  reverse: flag,
  compare: callback,
  order: oneOf('check', 'trust'),
  keyless: keylessRule,
} satisfies Record<string, Rule>

/** Sorted inputs as one sorted output, ties by input; an input is asked again only after its head was delivered. */
export function mergeJunction<T, K>(options: MergeOptions<T, K> = {}): Junction<T> {
  const { key, compare, reverse = false, order = 'check', keyless = 'fail' } = options
  const keys = typeof key === 'function' ? undefined : key
  return {
    name: 'merge',
    bytes: false,
    // With a key for each input, a nested merge would need other keys in the place of its own.
    ...(keys === undefined && { settings: [key, compare, reverse, order, keyless] }),
    checkCount(count) {
      if (keys !== undefined && keys.length !== count)
        throw new ArgumentError(
          'key',
          `an array with a function for each of the ${count} inputs`,
          `an array of ${keys.length}`,
        )
    },
    open(sources, { cleanup }, place) {
      const keyOrder: Order<unknown> =
        compare === undefined ? naturalOrder(reverse) : comparedOrder(compare, reverse, key !== undefined)
      const keyOf = (input: number) => (typeof key === 'function' ? key : keys?.[input])
      const { cursors, places } = sources.openAll()
      const mergeOf = (inputs: readonly MergeInput<T>[]) =>
        new MergeCursor(sources, inputs, keyOrder, order === 'check')
      if (keyless === 'fail')
        return traced(
          mergeOf(cursors.map((cursor, i) => new MergeInput(i, cursor, places[i] as Place, keyOf(i)))),
          place,
        )
      const slot: Slot<T> = { item: undefined, input: undefined }
      const inputs = cursors.map(
        (cursor, i) => new KeyedItems(i, cursor, places[i] as Place, keyOf(i), keyOrder.isKeyless, slot),
      )
      const merge = mergeOf(inputs.map(({ input }) => input))
      return traced(new FollowCursor(merge, inputs, slot, cleanup), place)
    },
  }
}
