import { isObject } from './guards.ts'
import type { Rule } from './options.ts'

/** Where the time comes from: the system, or in a test something that can be set by hand. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const timer: unknown = setTimeout(callback, milliseconds)
    // Waiting alone must not keep the process alive. In a browser a timer is a number.
    if (isObject(timer)) (timer as NodeJS.Timeout).unref()
    return timer
  },
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

export const clockRule: Rule = {
  expected: 'an object with now, setTimeout and clearTimeout',
  holds: (value) =>
    isObject(value) &&
    ['now', 'setTimeout', 'clearTimeout'].every(
      (name) => typeof (value as Record<string, unknown>)[name] === 'function',
    ),
}
