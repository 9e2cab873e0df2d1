import type { Readiness, WakeableIndex } from '../../kernel/readiness.ts'
import type { IdleTimer } from '../../kernel/idle-timer.ts'
import type { TimedInput } from './timed-input.ts'
import type { Watermarks } from './watermarks.ts'
import type { Window } from './window.ts'

/**
 * The option `idle`: an input that has owed an answer for that long no longer holds up the others, until it gives one.
 * Without the option only the slowest input is polled. With it the others are polled too, so that several silent inputs
 * become idle at the same time and not one after the other.
 */
export class IdleInputs<T> {
  readonly #inputs: readonly TimedInput<T>[]
  readonly #watermarks: Watermarks<T>
  readonly #window: Window<T>
  readonly #timer: IdleTimer
  readonly #woken: Readiness<WakeableIndex>
  readonly #poll: (input: TimedInput<T>) => boolean
  /** The inputs whose last answer was taken, and that have not been polled for another. */
  #notPolled: TimedInput<T>[]

  /** `woken` are the inputs that may have an answer now; `poll` tells whether an input has one. */
  constructor(
    inputs: readonly TimedInput<T>[],
    watermarks: Watermarks<T>,
    window: Window<T>,
    timer: IdleTimer,
    woken: Readiness<WakeableIndex>,
    poll: (input: TimedInput<T>) => boolean,
  ) {
    this.#inputs = inputs
    this.#watermarks = watermarks
    this.#window = window
    this.#timer = timer
    this.#woken = woken
    this.#poll = poll
    this.#notPolled = [...inputs]
  }

  /** An item is wanted again, or something has woken us: the wait is over for now. */
  resume(): void {
    this.#timer.stop()
    this.#recheck()
  }

  stop(): void {
    this.#timer.stop()
  }

  /** The answer of an input was taken. */
  onTaken(input: TimedInput<T>): void {
    input.owesSince = undefined
    this.#notPolled.push(input)
  }

  /**
   * Called when the slowest input has no answer: polls the others first, then waits, and after `idle` makes the slowest idle.
   * True if it has to be waited for; false if another input may be the slowest now.
   */
  mustWaitFor(slowest: TimedInput<T>): boolean {
    slowest.owesSince ??= this.#timer.waited
    // Even the slowest is idle, so all are: only an answer can change that.
    if (slowest.isIdle) return true
    if (this.#pollOthers()) return false
    const remaining = this.#timer.remaining(slowest.owesSince)
    if (remaining > 0) {
      this.#timer.start(remaining)
      return true
    }
    slowest.deactivate()
    return false
  }

  #pollOthers(): boolean {
    const inputs = this.#notPolled
    if (inputs.length === 0) return false
    this.#notPolled = []
    for (const input of inputs) if (!input.out && !this.#poll(input)) input.owesSince ??= this.#timer.waited
    return true
  }

  /**
   * Polls the woken inputs that owe an answer. A stage only works while it is polled: one that has dropped an item must be
   * polled again to take the next, or it would look silent.
   */
  #recheck(): void {
    for (let woken = this.#woken.take(); woken !== undefined; woken = this.#woken.take()) {
      const input = this.#inputs[woken.index] as TimedInput<T>
      if (input.owesSince === undefined || input.out || !this.#poll(input)) continue
      input.owesSince = undefined
      if (!input.isIdle) continue
      this.#window.reactivate(input)
      this.#watermarks.update(input.index)
    }
  }
}
