import { ArgumentError } from '../errors.ts'
import { closeAll, DONE, isItem, type Cursor, type Lender, type Step } from './cursor.ts'
import { checkDepth, nesting } from './nesting.ts'
import { assignRun, openRecipe, release, withParts } from './ownership.ts'
import type { Place } from './place.ts'
import { bytesRefused, type Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

/**
 * Opens a recipe within a run that has already begun: an input, or what a function has returned. It is closed in the same way as the
 * sources passed to the call.
 */
export function openWithin<T>(recipe: Recipe<T>, argument: string, scope: Scope, place: Place): Cursor<T> {
  assignRun(recipe, scope)
  try {
    checkFits(recipe, argument, place)
    place.contents?.add(recipe.mode, argument)
    const cursor = openRecipe(recipe, scope, place)
    return isLent(recipe) ? new ReleasingCursor(recipe, cursor, scope, place) : cursor
  } catch (error) {
    void release(recipe, scope, place)
    throw error
  }
}

function checkFits(recipe: Recipe<unknown>, argument: string, place: Place): void {
  checkDepth(nesting.depth + place.depth + recipe.depth)
  if (recipe.mode === 'bytes' && place.accepts === 'objects') throw bytesRefused(argument)
  if (recipe.mode === 'objects' && place.accepts === 'bytes') {
    throw new ArgumentError(argument, 'a byte stream when objectMode is false')
  }
}

/** Whether the recipe contains one of our own streams: only those must be released as soon as their items are used up. */
function isLent(recipe: Recipe<unknown>): boolean {
  for (const { owned } of withParts(recipe, new WeakSet())) if (owned?.onOpen !== undefined) return true
  return false
}

/** Over an input that contains our own streams. Releases them as soon as the input ends, rather than when the whole run ends. */
class ReleasingCursor<T> implements Cursor<T> {
  readonly #recipe: Recipe<T>
  readonly #cursor: Cursor<T>
  readonly #scope: Scope
  readonly #place: Place

  constructor(recipe: Recipe<T>, cursor: Cursor<T>, scope: Scope, place: Place) {
    this.#recipe = recipe
    this.#cursor = cursor
    this.#scope = scope
    this.#place = place
  }

  next(): Step<T> {
    const step = this.#cursor.next()
    if (!isItem(step) && step === DONE) void this.#release()
    return step
  }

  lender(): Lender<T> | undefined {
    return this.#cursor.lender?.()
  }

  close(): void | Promise<void> {
    return closeAll([this.#cursor, { close: () => this.#release() }])
  }

  #release(): void | Promise<void> {
    return release(this.#recipe, this.#scope, this.#place)
  }
}
