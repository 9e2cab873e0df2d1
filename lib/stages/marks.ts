import type { Source } from '../from/recognise.ts'

/**
 * The words a step speaks, those of stream-chain: registered symbols, so that steps written for it run here, and the
 * other way round, without either importing the other.
 */
export const none: unique symbol = Symbol.for('object-stream.none')
/** Ends the output now and closes upstream. */
export const stop: unique symbol = Symbol.for('object-stream.stop')

const manySymbol = Symbol.for('object-stream.many')
const flushSymbol = Symbol.for('object-stream.flush')

/** Several items for one: the items of any source, which is opened when the first is demanded. */
export interface Many<B> {
  readonly values: Source<B>
}

export const many = <B>(values: Source<B>): Many<B> => ({ [manySymbol]: 1, values }) as Many<B>

export const isMany = (value: unknown): value is Many<unknown> =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[manySymbol] === 1

/** A step that is called once more at the end: `final` runs after the last item. */
export function flushable<A, B>(step: (item: A) => B, final?: () => B): (item: A) => B {
  const marked =
    final === undefined ? step : (item: A): B => ((item as unknown) === none ? final() : step(item))
  return Object.assign(marked, { [flushSymbol]: 1 })
}

export const isFlushable = (step: object): boolean => (step as Record<symbol, unknown>)[flushSymbol] === 1
