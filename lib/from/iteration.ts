import { show } from '../errors.ts'
import { DONE, type Step } from '../kernel/cursor.ts'
import { checkDepth, nesting } from '../kernel/nesting.ts'
import { isObject } from '../kernel/guards.ts'

/** What `next()` gives must be an object; anything else has no `value`, and would pass for an item that is undefined. */
export function checkResult(result: unknown): void {
  if (!isObject(result)) throw new TypeError(`an iterator's next() must give an object, not ${show(result)}`)
}

/**
 * A sync iterator, read and closed once. `return()` of a generator that runs throws and closes nothing, and a source may leave
 * its own consumer while it runs: then it is closed as soon as it has stopped running.
 */
export class Iteration<T> {
  protected readonly iterator: Iterator<T>
  /** What the stack holds above this iterator while it runs. */
  readonly #depth: number
  #running = false
  #over = false
  #stopped: ((isAtItsEnd: boolean) => void) | undefined

  constructor(iterator: Iterator<T>, depth: number) {
    this.iterator = iterator
    this.#depth = depth
  }

  /** The next item, or DONE; what the iterator throws ends it. */
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
      if (this.#over) this.#stopped?.(result.done === true)
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
      this.#stopped?.(true)
      throw this.failed(error)
    }
  }

  /** What it fails with, for what the iterator threw. */
  protected failed(error: unknown): unknown {
    return error
  }

  /** Closes it through `closing`, which takes down what goes wrong. */
  end(closing: (close: () => unknown) => void | Promise<void>): void | Promise<void> {
    if (this.#over) return
    this.#over = true
    if (!this.#running) return closing(() => void this.iterator.return?.())
    return closing(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#stopped = (isAtItsEnd) => {
            this.#stopped = undefined
            try {
              if (!isAtItsEnd) this.iterator.return?.()
              resolve()
            } catch (fault) {
              reject(fault)
            }
          }
        }),
    )
  }
}
