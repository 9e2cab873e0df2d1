import { isThenable } from './cleanup.ts'
import { check, milliseconds, type Rule } from './options.ts'

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

const delay: Rule = {
  ...milliseconds,
  expected: `a function that gives ${milliseconds.expected}, or a promise`,
}

/** Waits so many milliseconds, or for a promise, as an option's function gave them; false where it was broken off. */
export async function pause(
  wait: number | PromiseLike<unknown>,
  signal: AbortSignal,
  option: string,
): Promise<boolean> {
  if (!isThenable(wait)) check(wait, option, delay)
  if (signal.aborted) return false
  await new Promise<unknown>((resolve, reject) => {
    const timer = typeof wait === 'number' ? setTimeout(resolve, wait) : undefined
    signal.onabort = () => {
      clearTimeout(timer)
      resolve(undefined)
    }
    if (typeof wait !== 'number') wait.then(resolve, reject)
  })
  return !signal.aborted
}
