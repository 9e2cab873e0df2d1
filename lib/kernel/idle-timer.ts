import type { Clock } from './clock.ts'

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
