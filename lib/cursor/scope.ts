import { CloseError, SourceError, type SourcePath } from '../errors.ts'
import { blamed, isObject, type Place } from './place.ts'

export type Face = 'iter' | 'async' | 'streams'

/**
 * What the cursors of one opening share: whom to wake, and what went wrong while closing.
 *
 * One scope a root, and one of its own for every hub, because a hub wakes several roots.
 */
export class Scope {
  readonly face: Face
  /** Something that was pending may have news. */
  readonly wake: () => void
  /** The whole running failed from outside. */
  readonly fail: (error: Error) => void
  readonly #timeout: number
  readonly #faults: unknown[]
  readonly #unclosed: SourcePath[]

  constructor(
    face: Face,
    wake: () => void,
    fail: (error: Error) => void,
    closeTimeout: number,
    faults: unknown[] = [],
    unclosed: SourcePath[] = [],
  ) {
    this.face = face
    this.wake = wake
    this.fail = fail
    this.#timeout = closeTimeout
    this.#faults = faults
    this.#unclosed = unclosed
  }

  /** The same, for one who wants to know whose news it is. */
  waking(wake: () => void): Scope {
    return new Scope(this.face, wake, this.fail, this.#timeout, this.#faults, this.#unclosed)
  }

  /**
   * Runs an input's own closing and waits for it no longer than `closeTimeout`, since an input parked in an `await`
   * never answers. Settles in any case; what went wrong is kept for whoever asks with `faults()`.
   */
  closing(place: Place, close: () => unknown): void | Promise<void> {
    let result: unknown
    try {
      result = close()
    } catch (fault) {
      this.#faults.push(fault)
      return
    }
    if (!isThenable(result)) return
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

  /** The source's own error, its origin noted; a stream cannot fail with a primitive, so there it is wrapped. */
  blamed(error: unknown, place: Place): unknown {
    if (this.face === 'streams' && !isObject(error)) return new SourceError(place.path(), error)
    return blamed(error, place)
  }

  /** What went wrong while closing since this was last asked. */
  faults(): CloseError | undefined {
    if (this.#faults.length === 0 && this.#unclosed.length === 0) return undefined
    return new CloseError(this.#faults.splice(0), this.#unclosed.splice(0))
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === 'function'
}
