/** Sources that record how they are used. */

/** How a source was used. */
export interface Record {
  opened: number
  /** Each closing counts: the source's own end or error, every `return()`, and every pull after one of these. */
  closed: number
  pulled: number
}

/** An iterable that counts how often it is opened, pulled and closed; if an error is given, it ends with that error. */
export function recording<T>(items: readonly T[], error?: unknown) {
  const record: Record = { opened: 0, closed: 0, pulled: 0 }
  const open = () => {
    let index = 0
    let over = false
    record.opened++
    return {
      isOver: () => over,
      next(): IteratorResult<T> {
        if (!over && index < items.length) {
          record.pulled++
          return { done: false, value: items[index++] as T }
        }
        record.closed++
        if (!over && error !== undefined) {
          over = true
          throw error
        }
        over = true
        return { done: true, value: undefined }
      },
      return(): IteratorResult<T> {
        record.closed++
        over = true
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
        let inFlight = false
        return {
          next() {
            inFlight = true
            const answer = new Promise<IteratorResult<T>>((resolve) => resolve(iterator.next()))
            const arrived = (): void => void (inFlight = false)
            answer.then(arrived, arrived)
            return answer
          },
          async return() {
            // Nobody can know yet that the answer still under way is the end.
            if (!(inFlight && iterator.isOver())) return iterator.return()
            inFlight = false
            return { done: true, value: undefined }
          },
        }
      },
    } as AsyncIterable<T>,
  }
}

/** Throws when it is opened, to prove that it never is. */
export const panicking: Iterable<never> = {
  [Symbol.iterator]() {
    throw new Error('a source was opened although it was not needed')
  },
}

/** Yields 0, 1, 2, … forever and counts how many items were taken. */
export function counting(): {
  taken: () => number
  source: Iterable<number>
  asyncSource: AsyncIterable<number>
} {
  let next = 0
  const iterator = {
    next: () => ({ done: false, value: next++ }),
    return: () => ({ done: true as const, value: undefined }),
  }
  return {
    taken: () => next,
    source: { [Symbol.iterator]: () => iterator },
    asyncSource: {
      [Symbol.asyncIterator]: () => ({
        next: async () => iterator.next(),
        return: async () => iterator.return(),
      }),
    },
  }
}

/** Yields the items, then throws the error. */
export function* failing<T>(items: readonly T[], error: unknown): Generator<T> {
  yield* items
  throw error
}

/** A source whose first item never arrives. */
export const parked: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
}
