import { show } from '../errors.ts'
import { DONE, type Step } from '../kernel/cursor.ts'
import { checkDepth, nesting } from '../kernel/nesting.ts'
import { isObject } from '../kernel/guards.ts'

/** Throws if `next()` returned a primitive, which has no `value` and would look like an item that is undefined. */
export function checkResult(result: unknown): void {
  if (!isObject(result)) throw new TypeError(`an iterator's next() must give an object, not ${show(result)}`)
}

/**
 * Reads a sync iterator and closes it once. A source may close its own consumer from inside `next()`; but `return()` on a running
 * generator only throws. In that case the iterator is closed as soon as `next()` returns.
 */
export class Iteration<T> {
  protected readonly iterator: Iterator<T>
  /** How many cursors are on the stack above this iterator while it runs. */
  readonly #depth: number
  #running = false
  #over = false
  /** Set if it was closed while it was running. */
  #onStopped: ((hasEnded: boolean) => void) | undefined

  constructor(iterator: Iterator<T>, depth: number) {
    this.iterator = iterator
    this.#depth = depth
  }

  next(): Step<T> {
    const above = nesting.depth
    const depth = above + this.#depth
    nesting.depth = depth
    this.#running = true
    try {
      checkDepth(depth)
      const result = this.iterator.next()
      nesting.depth = above
      this.#running = false
      if (this.#over) this.#onStopped?.(result.done === true)
      if (!result.done) {
        const { value } = result
        if (value === undefined) checkResult(result)
        return value
      }
      this.#over = true
      return DONE
    } catch (error) {
      nesting.depth = above
      this.#running = false
      this.#over = true
      this.#onStopped?.(true)
      throw this.toError(error)
    }
  }

  /** For a subclass that throws something other than what the iterator threw. */
  protected toError(error: unknown): unknown {
    return error
  }

  /** Closes the iterator through `closing`, which calls its argument and records any error. */
  end(closing: (close: () => unknown) => void | Promise<void>): void | Promise<void> {
    if (this.#over) return
    this.#over = true
    if (!this.#running) return closing(() => void this.iterator.return?.())
    return closing(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#onStopped = (hasEnded) => {
            this.#onStopped = undefined
            try {
              if (!hasEnded) this.iterator.return?.()
              resolve()
            } catch (fault) {
              reject(fault)
            }
          }
        }),
    )
  }
}
