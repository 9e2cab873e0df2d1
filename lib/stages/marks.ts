import type { Source } from '../from/recognise.ts'

/**
 * The special results of a step, the same as in stream-chain. They are registered symbols, so that steps written for one library
 * run in the other without importing it. This one means: no output for this item.
 */
export const none: unique symbol = Symbol.for('object-stream.none')
/** Ends the output now and closes upstream. */
export const stop: unique symbol = Symbol.for('object-stream.stop')

const manySymbol = Symbol.for('object-stream.many')
const flushSymbol = Symbol.for('object-stream.flush')

/** Several outputs for one item: those of any source, which is opened when the first is demanded. */
export interface Many<B> {
  readonly values: Source<B>
}

/**
 * What a step returns to output several items for one.
 *
 * @example
 * Array.from(stage(() => (n: number) => many([n, -n]))([1, 2])) // => [1, -1, 2, -2]
 */
export const many = <B>(values: Source<B>): Many<B> => ({ [manySymbol]: 1, values }) as Many<B>

export const isMany = (value: unknown): value is Many<unknown> =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[manySymbol] === 1

/**
 * A step that is called once more at the end, with `none`; if `final` is given, that is called instead.
 *
 * @example
 * const sum = stage(() => {
 *   let total = 0
 *   const add = (n: number) => {
 *     total += n
 *     return none
 *   }
 *   return flushable(add, () => total)
 * })
 * Array.from(sum([1, 2, 3])) // => [6]
 */
export function flushable<A, B>(
  step: (item: A, index: number) => B,
  final?: () => B,
): (item: A, index?: number) => B {
  const marked =
    final === undefined
      ? (step as (item: A, index?: number) => B)
      : (item: A, index?: number): B => ((item as unknown) === none ? final() : step(item, index as number))
  return Object.assign(marked, { [flushSymbol]: 1 })
}

export const isFlushable = (step: object): boolean => (step as Record<symbol, unknown>)[flushSymbol] === 1
