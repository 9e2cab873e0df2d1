import { check, milliseconds, type Rule } from '../kernel/options.ts'
import { isThenable } from '../kernel/guards.ts'

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

/**
 * Waits so many milliseconds, or for a promise, and the milliseconds that it is of, if any, as an option's function gave them;
 * false where it was broken off.
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

/** What is waited for, or undefined as soon as the signal aborts. */
function unlessAborted(
  signal: AbortSignal,
  begin: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    begin(resolve, reject)
    signal.onabort = () => resolve(undefined)
    if (signal.aborted) resolve(undefined)
  })
}
