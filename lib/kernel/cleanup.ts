import { CloseError, type SourcePath } from '../errors.ts'
import { type Place } from './place.ts'
import { isThenable } from './guards.ts'

/** Closes the inputs of one run: waits for each no longer than `timeout`, and collects the errors. */
export class Cleanup {
  /** Called when an input is opened that is left open afterwards, so that the face reads nothing ahead. */
  onLeftOpen: (() => void) | undefined
  #leavesOpen = false
  readonly #timeout: number
  readonly #faults: unknown[] = []
  readonly #unclosed: SourcePath[] = []
  readonly #delayed: unknown[] = []
  /** For each failure that is held back, the delayed errors that it stands for. */
  readonly heldDelayed = new Map<object, readonly unknown[]>()
  readonly #pending = new Set<Promise<void>>()
  /** The recipes already closed together with their parts, so that a shared part is closed once. */
  readonly released = new WeakSet<object>()

  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /** Whether an input was opened that is left open: then those who hold items remember where they go back to. */
  get leavesOpen(): boolean {
    return this.#leavesOpen
  }

  /** An input was opened that is left open. */
  leaveOpen(): void {
    this.#leavesOpen = true
    this.onLeftOpen?.()
  }

  /**
   * Closes an input and waits no longer than the timeout, since an async generator that is stuck in an `await` never
   * answers. The promise never rejects.
   */
  close(place: Place, close: () => unknown): void | Promise<void> {
    let result: unknown
    try {
      result = close()
    } catch (fault) {
      this.#faults.push(fault)
      return
    }
    if (!isThenable(result)) return
    const closing = this.#withTimeout(result, place).then(() => void this.#pending.delete(closing))
    this.#pending.add(closing)
    return closing
  }

  /** Waits for everything that is still closing. */
  settled(): void | Promise<void> {
    if (this.#pending.size > 0) return Promise.all(this.#pending).then(() => undefined)
  }

  /** Takes over the errors of another cleanup. */
  adopt({ faults, unclosed, delayed }: CloseError): void {
    this.#faults.push(...faults)
    this.#unclosed.push(...unclosed)
    this.#delayed.push(...delayed)
  }

  /** An input has failed with this error, which would have been thrown at the end of the output, had it not been closed. */
  addDelayed(error: unknown): void {
    this.#delayed.push(error)
  }

  /** The errors since the last call. */
  faults(): CloseError | undefined {
    const [faults, unclosed, delayed] = [this.#faults, this.#unclosed, this.#delayed]
    delayed.push(...[...this.heldDelayed.values()].flat())
    this.heldDelayed.clear()
    if (faults.length + unclosed.length + delayed.length === 0) return undefined
    return new CloseError(faults.splice(0), unclosed.splice(0), delayed.splice(0))
  }

  #withTimeout(result: PromiseLike<unknown>, place: Place): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#unclosed.push(place.path())
        resolve()
      }, this.#timeout)
      const settle = (): void => {
        clearTimeout(timer)
        resolve()
      }
      result.then(settle, (fault: unknown) => {
        this.#faults.push(fault)
        settle()
      })
    })
  }
}
