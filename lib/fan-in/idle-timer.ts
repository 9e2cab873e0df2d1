/** What time it is, and how to be called later: the time of the machine, or of a test. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** How long we have waited for others, all in all: a watch that stands still while nobody waits for us. */
export class IdleTimer {
  readonly #longest: number
  readonly #clock: Clock
  readonly #wake: () => void
  #since: number | undefined
  #timer: unknown
  waited = 0

  constructor(longest: number, clock: Clock, wake: () => void) {
    this.#longest = longest
    this.#clock = clock
    this.#wake = wake
  }

  /** How much longer somebody may be silent who owes an answer since then. */
  left(since: number): number {
    return since + this.#longest - this.waited
  }

  /** We wait now, until we are woken, after so long at the latest. */
  begin(left: number): void {
    this.#since = this.#clock.now()
    this.#timer = this.#clock.setTimeout(this.#wake, left)
  }

  end(): void {
    if (this.#since === undefined) return
    this.waited += this.#clock.now() - this.#since
    this.#since = undefined
    this.#clock.clearTimeout(this.#timer)
  }
}
