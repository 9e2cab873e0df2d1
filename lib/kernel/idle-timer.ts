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

/**
 * Measures how long inputs have kept a consumer waiting. Time counts only between `start` and `stop`, while somebody
 * wants an item: otherwise a slow consumer would make its inputs look idle.
 */
export class IdleTimer {
  readonly #limit: number
  readonly #clock: Clock
  readonly #wake: () => void
  #startedAt: number | undefined
  #timer: unknown
  /** The time spent waiting so far, in milliseconds. */
  waited = 0

  constructor(limit: number, clock: Clock, wake: () => void) {
    this.#limit = limit
    this.#clock = clock
    this.#wake = wake
  }

  /** How long until an input is idle that was asked for an item when `waited` was `since`. */
  remaining(since: number): number {
    return since + this.#limit - this.waited
  }

  /** Starts to count, and wakes after so many milliseconds unless stopped before. */
  start(milliseconds: number): void {
    this.#startedAt = this.#clock.now()
    this.#timer = this.#clock.setTimeout(this.#wake, milliseconds)
  }

  stop(): void {
    if (this.#startedAt === undefined) return
    this.waited += this.#clock.now() - this.#startedAt
    this.#startedAt = undefined
    this.#clock.clearTimeout(this.#timer)
  }
}
