import { EMPTY, type Cursor } from '../../kernel/cursor.ts'
import type { ItemOrigin, Place } from '../../kernel/place.ts'
import type { Wakeable } from '../../kernel/readiness.ts'
import type { Scope } from '../../kernel/scope.ts'

/** An input of `mergeReady`. It exists before it is opened, because it may be woken while it is being opened. */
export class ReadyInput<T> implements Wakeable {
  isReady = false
  isOpen = false
  /** Empty while the input is not open. */
  cursor: Cursor<T> = EMPTY
  place: Place | undefined
  /** How many items it has given. */
  count = 0
  /** The source as the caller gave it. */
  source: unknown

  get originOfLatest(): ItemOrigin | undefined {
    return this.place?.originOf(this.count - 1)
  }

  start(cursor: Cursor<T>, place: Place, source: unknown): void {
    this.isOpen = true
    this.cursor = cursor
    this.place = place
    this.source = source
  }
}

/** An input that is about to be opened, and the scope to open it in. */
export interface Prepared<T> {
  readonly input: ReadyInput<T>
  readonly scope: Scope
}
