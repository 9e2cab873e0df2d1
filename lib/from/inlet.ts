import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Mode, Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'

const NONE: readonly never[] = []

type Callback = (error?: Error | null) => void

/** A cursor over what is written to a Writable. The callback of a write is called when its last item has been taken. */
export class Inlet<T> implements Recipe<T>, Cursor<T>, Owned {
  readonly mode: Mode
  readonly depth = 1
  readonly parts = []
  readonly owned = this
  readonly subject = this
  readonly argument = 'source'
  readonly #onClose: () => void
  #scope: Scope | undefined
  #place: Place | undefined
  #items: readonly T[] = NONE
  /** Used again for every write of one item. */
  readonly #single: [T | undefined] = [undefined]
  #next = 0
  #callback: Callback | undefined
  #ended = false
  #closed = false
  #failure: { readonly error: unknown } | undefined
  #waiting = false

  /** `onClose` is called if the reader closes before the end, so no more items will be taken. */
  constructor(mode: Mode, onClose: () => void) {
    this.mode = mode
    this.#onClose = onClose
  }

  /** Implements `_write`. */
  write(item: T, callback: Callback): void {
    this.#single[0] = item
    this.#write(this.#single as readonly T[], callback)
  }

  /** Implements `_writev`. */
  writeAll(chunks: readonly { readonly chunk: T }[], callback: Callback): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      callback,
    )
  }

  #write(items: readonly T[], callback: Callback): void {
    if (this.#closed) {
      callback()
      return
    }
    this.#items = items
    this.#next = 0
    this.#callback = callback
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }

  open(scope: Scope, place: Place): Cursor<T> {
    this.#scope = scope
    this.#place = place
    return this
  }

  next(): Step<T> {
    if (this.#next < this.#items.length) {
      const item = this.#items[this.#next++] as T
      if (this.#next === this.#items.length) this.#acknowledge()
      return item
    }
    if (this.#failure !== undefined)
      throw this.#scope?.normalizeError(this.#failure.error, this.#place as Place)
    if (this.#ended) return DONE
    this.#waiting = true
    return PENDING
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (!this.#ended) this.#onClose()
    this.#acknowledge()
  }

  release(): void {
    this.close()
  }

  #acknowledge(): void {
    const callback = this.#callback
    this.#items = NONE
    this.#single[0] = undefined
    this.#callback = undefined
    callback?.()
  }

  #wake(): void {
    if (!this.#waiting) return
    this.#waiting = false
    this.#scope?.wake()
  }
}
