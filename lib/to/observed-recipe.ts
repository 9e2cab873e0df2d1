import type { SourcePath } from '../errors.ts'
import { DONE, EMPTY, type Cursor, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject } from '../kernel/guards.ts'

/** Who is told how it went with the recipe it gave away. */
export interface RecipeObserver {
  ended(): void
  /** With the way to the source, where that is known. */
  failed(error: unknown, path: SourcePath | undefined): void
}

/**
 * The recipe of a stream with listeners, which is opened once: read by another, the stream must end and fail for them as if
 * it were read itself; and what it is destroyed with is met at its turn, as the error of an input is.
 */
export class ObservedRecipe<T> implements Recipe<T>, Cursor<T> {
  readonly mode: Recipe<T>['mode']
  readonly depth: number
  readonly label: string | undefined
  readonly parts: readonly Recipe<T>[]
  owned: Owned | undefined
  readonly #recipe: Recipe<T>
  readonly #watcher: RecipeObserver
  #cursor: Cursor<T> = EMPTY
  #scope: Scope | undefined
  #place: Place | undefined
  #fault: { readonly error: Error } | undefined

  constructor(recipe: Recipe<T>, watcher: RecipeObserver) {
    this.mode = recipe.mode
    this.depth = recipe.depth + 1
    this.label = recipe.label
    this.parts = [recipe]
    this.#recipe = recipe
    this.#watcher = watcher
  }

  open(scope: Scope, place: Place): Cursor<T> {
    this.#scope = scope
    this.#place = place
    try {
      this.#cursor = this.#recipe.open(
        scope.failing((error) => this.fail(error)),
        place.below(),
      )
    } catch (error) {
      this.#tell(error)
      throw error
    }
    return this
  }

  next(): Step<T> {
    let step: Step<T>
    try {
      if (this.#fault !== undefined)
        throw this.#scope?.normalizeError(this.#fault.error, this.#place as Place)
      step = this.#cursor.next()
    } catch (error) {
      this.#tell(error)
      throw error
    }
    if (step === DONE) this.#watcher.ended()
    return step
  }

  /** For the stream, the way to the source begins at itself. */
  #tell(error: unknown): void {
    const place = this.#place as Place
    const path = isObject(error) ? place.origins.pathOf(error) : undefined
    this.#watcher.failed(error, path?.slice(place.path().length))
  }

  close(): void | Promise<void> {
    return this.#cursor.close()
  }

  /** The stream was destroyed, or something below it. */
  fail(error: Error): void {
    this.#fault ??= { error }
    void this.#cursor.close()
    this.#scope?.wake()
  }
}
