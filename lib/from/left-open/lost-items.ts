import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'

/** Tells the caller of the items that were read, have not been delivered and cannot be put back. */
export class LostItems<T> {
  readonly #onLost: ((item: T) => unknown) | undefined

  constructor(onLost: ((item: T) => unknown) | undefined) {
    this.#onLost = onLost
  }

  /** What `onLost` throws is an error while closing. */
  report(items: readonly T[], scope: Scope, place: Place): void {
    const onLost = this.#onLost
    if (onLost === undefined) return
    for (const item of items) void scope.closing(place, () => onLost(item))
  }
}
