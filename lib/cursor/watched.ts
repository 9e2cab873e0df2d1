import { DONE, type Cursor, type Step } from './cursor.ts'
import type { Recipe, Shell } from './recipe.ts'

/** Who is told how it went with the recipe it gave away. */
export interface Watcher extends Shell {
  ended(): void
  failed(error: unknown): void
}

/** The recipe of a stream with listeners, for which it must end and fail as if it were read itself. */
export function watched<T>(recipe: Recipe<T>, watcher: Watcher): Recipe<T> {
  return {
    mode: recipe.mode,
    depth: recipe.depth + 1,
    parts: [recipe],
    open(scope, place) {
      try {
        return new WatchedCursor(recipe.open(scope, place.below()), watcher)
      } catch (error) {
        watcher.failed(error)
        throw error
      }
    },
  }
}

class WatchedCursor<T> implements Cursor<T> {
  readonly #cursor: Cursor<T>
  readonly #watcher: Watcher

  constructor(cursor: Cursor<T>, watcher: Watcher) {
    this.#cursor = cursor
    this.#watcher = watcher
  }

  next(): Step<T> {
    let step: Step<T>
    try {
      step = this.#cursor.next()
    } catch (error) {
      this.#watcher.failed(error)
      throw error
    }
    if (step === DONE) this.#watcher.ended()
    return step
  }

  close(): void | Promise<void> {
    return this.#cursor.close()
  }
}
