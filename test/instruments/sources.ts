/** Sources that tell what was done to them. */

/** What happened to a source, in order. */
export interface Record {
  opened: number
  closed: number
  pulled: number
}

/** An iterable that counts its openings, pulls and closings; an end of its own counts as a closing. */
export function recording<T>(items: readonly T[], record: Record = { opened: 0, closed: 0, pulled: 0 }) {
  const open = () => {
    let index = 0
    let over = false
    record.opened++
    const end = () => {
      if (!over) record.closed++
      over = true
    }
    return {
      next(): IteratorResult<T> {
        if (over || index === items.length) {
          end()
          return { done: true, value: undefined }
        }
        record.pulled++
        return { done: false, value: items[index++] as T }
      },
      return(): IteratorResult<T> {
        end()
        return { done: true, value: undefined }
      },
    }
  }
  return {
    record,
    sync: { [Symbol.iterator]: open } as Iterable<T>,
    async: {
      [Symbol.asyncIterator]() {
        const iterator = open()
        return {
          next: async () => iterator.next(),
          return: async () => iterator.return(),
        }
      },
    } as AsyncIterable<T>,
  }
}

/** Fails as soon as it is opened: proof that nobody did. */
export const panicking: Iterable<never> = {
  [Symbol.iterator]() {
    throw new Error('a source was opened that nobody needed')
  },
}

/** 0, 1, 2, … without end, and how many of them were taken. */
export function counting(): { taken: () => number; source: Iterable<number> } {
  let next = 0
  return {
    taken: () => next,
    source: {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: next++ }),
        return: () => ({ done: true, value: undefined }),
      }),
    },
  }
}

/** The items, then an error. */
export function* failing<T>(items: readonly T[], error: unknown): Generator<T> {
  yield* items
  throw error
}

/** Items that never come. */
export const parked: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
}
