import { setTimeout } from 'node:timers/promises'

const LONGEST = 250

/** Waits between attempts, each twice as long as the one before, up to a quarter of a second. */
export class Pauses {
  readonly #signal: AbortSignal
  #next = 2

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Resolves after the pause, or at once when the signal aborts. */
  async pause(): Promise<void> {
    const milliseconds = this.#next
    this.#next = Math.min(2 * milliseconds, LONGEST)
    await setTimeout(milliseconds, undefined, { signal: this.#signal, ref: false }).catch(() => undefined)
  }
}

/** Waits for a promise, whatever becomes of it, but no longer than so many milliseconds. */
export async function settled(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const timer = new AbortController()
  const { signal } = timer
  const elapsed = setTimeout(milliseconds, undefined, { signal, ref: false })
  await Promise.race([promise, elapsed]).catch(() => undefined)
  timer.abort()
  await elapsed.catch(() => undefined)
}
