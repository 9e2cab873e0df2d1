import type { Place } from '../../kernel/place.ts'
import type { Scope } from '../../kernel/scope.ts'

/** Reports to the caller the items that were read, have not been delivered and cannot be put back. */
export class LostItems<T> {
  readonly #onLost: ((item: T) => unknown) | undefined

  constructor(onLost: ((item: T) => unknown) | undefined) {
    this.#onLost = onLost
  }

  /** If `onLost` throws, that counts as an error from closing. */
  report(items: readonly T[], scope: Scope, place: Place): void {
    const onLost = this.#onLost
    if (onLost === undefined) return
    for (const item of items) void scope.closing(place, () => onLost(item))
  }
}
