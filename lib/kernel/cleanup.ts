import { CloseError, type SourcePath } from '../errors.ts'
import { type Place } from './place.ts'
import { isThenable } from './guards.ts'

/** What one running closes: each is awaited no longer than a deadline, and what went wrong is kept. */
export class Cleanup {
  readonly #timeout: number
  readonly #faults: unknown[] = []
  readonly #unclosed: SourcePath[] = []
  readonly #pending = new Set<Promise<void>>()
  /** The recipes that are closed with all they are made of: parts that many share are closed once. */
  readonly released = new WeakSet<object>()

  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /**
   * Runs an input's own closing and waits for it no longer than the deadline, since an input parked in an `await` never
   * answers. Settles in any case.
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
    const closing = this.#settled(result, place).then(() => void this.#pending.delete(closing))
    this.#pending.add(closing)
    return closing
  }

  /** Whatever is still closing, whoever began it. */
  rest(): void | Promise<void> {
    if (this.#pending.size > 0) return Promise.all(this.#pending).then(() => undefined)
  }

  /** What went wrong elsewhere is part of what went wrong here. */
  adopt({ faults, unclosed }: CloseError): void {
    this.#faults.push(...faults)
    this.#unclosed.push(...unclosed)
  }

  /** What went wrong since this was last asked. */
  faults(): CloseError | undefined {
    if (this.#faults.length === 0 && this.#unclosed.length === 0) return undefined
    return new CloseError(this.#faults.splice(0), this.#unclosed.splice(0))
  }

  #settled(result: PromiseLike<unknown>, place: Place): Promise<void> {
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
