import { callback, flag, oneOf, type Rule } from '../../kernel/options.ts'
import type { Junction } from '../junction.ts'
import { MergeCursor } from './merge-cursor.ts'
import { comparedOrder, naturalOrder, type Order } from './order.ts'

export interface MergeOptions<T, K = unknown> {
  /** What an item is ordered by, called once for each item; by default the item itself. */
  key?: ((item: T) => K) | undefined
  /** Greatest first; items with equal keys still keep the order of their inputs. */
  reverse?: boolean | undefined
  /**
   * Replaces the natural order of keys: returns a negative number, zero or a positive one as `a` comes before, with or after
   * `b`.
   */
  compare?: ((a: K, b: K) => number) | undefined
  /** `'check'`, the default, fails on an input that is not sorted; `'trust'` does not look. */
  order?: 'check' | 'trust' | undefined
}

export const mergeRules = {
  key: callback,
  reverse: flag,
  compare: callback,
  order: oneOf('check', 'trust'),
} satisfies Record<string, Rule>

/** Sorted inputs as one sorted output, ties by input; an input is asked again only after its head was delivered. */
export function mergeJunction<T, K>(options: MergeOptions<T, K> = {}): Junction<T> {
  const { key, compare, reverse = false, order = 'check' } = options
  return {
    name: 'merge',
    bytes: false,
    settings: [key, compare, reverse, order],
    open(inputs, scope) {
      const keyOrder: Order<unknown> =
        compare === undefined ? naturalOrder(reverse) : comparedOrder(compare, reverse, key !== undefined)
      return new MergeCursor(inputs, scope, key, keyOrder, order === 'check')
    },
  }
}
