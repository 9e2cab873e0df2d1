import type { SourcePath } from '../errors.ts'
import { DONE, EMPTY, isItem, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Owned, Recipe } from '../kernel/recipe.ts'
import type { Scope } from '../kernel/scope.ts'
import { isObject } from '../kernel/guards.ts'

/** Is notified when a recipe that it has handed over ends or fails. */
export interface RecipeObserver {
  ended(): void
  /** `path` leads from the observer to the source of the error, if that is known. */
  failed(error: unknown, path: SourcePath | undefined): void
}

/**
 * The recipe of a stream that has listeners. When another junction reads the recipe instead of the stream, the stream still ends
 * and fails for its listeners. If the stream is destroyed, the junction sees that as an error of this input, at its turn.
 */
export class ObservedRecipe<T> implements Recipe<T>, Cursor<T> {
  readonly mode: Recipe<T>['mode']
  readonly depth: number
  readonly label: string | undefined
  readonly parts: readonly Recipe<T>[]
  owned: Owned | undefined
  readonly #recipe: Recipe<T>
  readonly #observer: RecipeObserver
  #cursor: Cursor<T> = EMPTY
  #scope: Scope | undefined
  #place: Place | undefined
  /** The error the stream was destroyed with. */
  #destroyedWith: { readonly error: Error } | undefined

  constructor(recipe: Recipe<T>, observer: RecipeObserver) {
    this.mode = recipe.mode
    this.depth = recipe.depth + 1
    this.label = recipe.label
    this.parts = [recipe]
    this.#recipe = recipe
    this.#observer = observer
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
      this.#reportFailure(error)
      throw error
    }
    return this
  }

  next(): Step<T> {
    let step: Step<T>
    try {
      if (this.#destroyedWith !== undefined)
        throw this.#scope?.normalizeError(this.#destroyedWith.error, this.#place as Place)
      step = this.#cursor.next()
    } catch (error) {
      this.#reportFailure(error)
      throw error
    }
    if (!isItem(step) && step === DONE) this.#observer.ended()
    return step
  }

  /** The stream expects a path that begins at itself, so the part above it is cut off. */
  #reportFailure(error: unknown): void {
    const place = this.#place as Place
    const path = isObject(error) ? place.origins.pathOf(error) : undefined
    this.#observer.failed(error, path?.slice(place.path().length))
  }

  lender(): Lender<T> | undefined {
    return this.#cursor.lender?.()
  }

  close(): void | Promise<void> {
    return this.#cursor.close()
  }

  /** The stream, or another one below it, was destroyed. */
  fail(error: Error): void {
    this.#destroyedWith ??= { error }
    void this.#cursor.close()
    this.#scope?.wake()
  }
}
