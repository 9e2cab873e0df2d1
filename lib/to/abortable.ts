import { check, milliseconds, type Rule } from '../kernel/options.ts'
import { isThenable } from '../kernel/guards.ts'

/**
 * An async iterable over a generator that can be closed while it is in an `await`. Normally `return()` would wait until that
 * settles; here it aborts the signal first, and the generator must only await what ends when the signal aborts.
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

/**
 * Waits for a number of milliseconds or for a promise, as returned by a user's option (`backoff`, `poll`). If the promise
 * resolves to a number, also waits that many milliseconds. Returns false if the signal was aborted meanwhile.
 */
export async function pause(
  wait: number | PromiseLike<unknown>,
  signal: AbortSignal,
  option: string,
): Promise<boolean> {
  let time: unknown = wait
  if (isThenable(wait)) {
    time = await unlessAborted(signal, (resolve, reject) => void wait.then(resolve, reject))
    if (typeof time !== 'number') return !signal.aborted
  }
  check(time, option, delay)
  let timer: NodeJS.Timeout | undefined
  await unlessAborted(signal, (resolve) => (timer = setTimeout(resolve, time as number)))
  clearTimeout(timer)
  return !signal.aborted
}

/** A promise that also resolves, with undefined, as soon as the signal aborts. */
function unlessAborted(
  signal: AbortSignal,
  executor: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    executor(resolve, reject)
    signal.onabort = () => resolve(undefined)
    if (signal.aborted) resolve(undefined)
  })
}
