/**
 * An async iterable over a generator that is told when it is broken off: `return()` of a generator parked in an `await`
 * waits for that, so what it waits for must end when the signal aborts.
 */
export function abortable<T>(
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const controller = new AbortController()
      const items = run(controller.signal)
      return {
        next: () => items.next(),
        return() {
          controller.abort()
          return items.return()
        },
      }
    },
  }
}
