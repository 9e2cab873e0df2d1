import * as streams from '../../lib/index.ts'
import * as async from '../../lib/async.ts'
import * as iter from '../../lib/iter.ts'
import { recording } from './sources.ts'

/** What laws need from a face: to build outputs over sources and to iterate them. */
export interface Face {
  readonly name: 'iter' | 'async' | 'streams'
  readonly api: typeof iter
  /** A source of the kind that this face reads; it can be opened any number of times. */
  source<T>(items: readonly T[]): Iterable<T>
  /** A source that records how it is used; if an error is given, it ends with that error. */
  recorded<T>(
    items: readonly T[],
    error?: unknown,
  ): { input: Iterable<T>; record: ReturnType<typeof recording>['record'] }
  iterate<T>(output: Iterable<T>): AsyncIterator<T>
}

/** Iterates synchronously where the output allows it. */
const iterate = <T>(output: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> => {
  if (!(Symbol.iterator in output)) return output[Symbol.asyncIterator]()
  const iterator = output[Symbol.iterator]()
  return {
    next: async () => iterator.next(),
    return: async () => iterator.return?.() ?? { done: true, value: undefined },
  }
}

/**
 * The faces have the same names and options; tests that run in all three use the types of the sync face.
 */
export const faces: readonly Face[] = [
  {
    name: 'iter',
    api: iter,
    source: (items) => recording(items).sync,
    recorded: (items, error) => {
      const { sync, record } = recording(items, error)
      return { input: sync, record }
    },
    iterate,
  },
  ...[{ name: 'async', api: async } as const, { name: 'streams', api: streams } as const].map(
    ({ name, api }) => ({
      name,
      api: api as unknown as typeof iter,
      source: <T>(items: readonly T[]) => recording(items).async as unknown as Iterable<T>,
      recorded: <T>(items: readonly T[], error?: unknown) => {
        const { async: input, record } = recording(items, error)
        return { input: input as unknown as Iterable<T>, record }
      },
      iterate,
    }),
  ),
]

/** Collects all items of an output, or its first `most` items, and then closes it. */
export async function collect<T>(output: unknown, most = Infinity): Promise<T[]> {
  const iterator = iterate(output as Iterable<T>)
  const items: T[] = []
  while (items.length < most) {
    const result = await iterator.next()
    if (result.done === true) return items
    items.push(result.value)
  }
  await iterator.return?.()
  return items
}
