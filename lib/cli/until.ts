/** The items that come until the signal aborts, which ends them without an error. */
export const until = <T>(signal: AbortSignal, items: AsyncIterable<T>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]() {
    const iterator = items[Symbol.asyncIterator]()
    const close = (): unknown => iterator.return?.()
    let end: (() => void) | undefined
    const onAbort = (): void => {
      end?.()
      void Promise.allSettled([close()])
    }
    signal.addEventListener('abort', onAbort, { once: true })
    return {
      next: () =>
        new Promise<IteratorResult<T>>((resolve, reject) => {
          end = () => resolve({ done: true, value: undefined })
          if (signal.aborted) end()
          else iterator.next().then(resolve, reject)
        }),
      async return() {
        signal.removeEventListener('abort', onAbort)
        await close()
        return { done: true, value: undefined }
      },
    }
  },
})
