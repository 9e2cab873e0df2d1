import { ArgumentError } from '../errors.ts'
import { closeAll, DONE, isItem, type Cursor, type Step } from './cursor.ts'
import { checkDepth, nesting } from './nesting.ts'
import type { Place } from './place.ts'
import { bytesRefused, type Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

const claimed = new WeakSet<object>()
const openedOnce = new WeakSet<object>()
/** The run that each recipe belongs to, identified by its cleanup. Only that run may close the recipe's sources. */
const runs = new WeakMap<Recipe<unknown>, object>()

/** Called when a stream is passed in: from now on it is ours, and may not be passed to another junction or stage. */
export function claim(subject: object, argument: string): void {
  if (claimed.has(subject))
    throw new ArgumentError(
      argument,
      'a stream of its own',
      'one that was already given to a junction or a stage',
      'multicast lets several read one stream',
    )
  claimed.add(subject)
}

/** Runs the checks of a call; if they throw, everything the call has claimed is returned to the caller. */
export function rollbackOnThrow<R>(recipes: readonly Recipe<unknown>[], checks: () => R): R {
  try {
    return checks()
  } catch (error) {
    for (const { owned } of recipes) {
      if (owned === undefined) continue
      owned.giveBack?.()
      claimed.delete(owned.subject)
    }
    throw error
  }
}

/** Throws if the subject has been opened before. */
export function openOnce(subject: object, argument: string, what = 'a stream'): void {
  if (openedOnce.has(subject))
    throw new ArgumentError(
      argument,
      'a source that can be opened again',
      `${what} that was opened before`,
      'give a function that returns a fresh one',
    )
  openedOnce.add(subject)
}

export function openRecipe<T>(recipe: Recipe<T>, scope: Scope, place: Place): Cursor<T> {
  enter(recipe, scope)
  return recipe.open(scope, place)
}

/** Marks what a recipe owns as opened, without opening the recipe: a flattened junction opens the parts instead. */
export function enter({ owned }: Recipe<unknown>, scope: Scope): void {
  if (owned === undefined) return
  openOnce(owned.subject, owned.argument, owned.noun)
  owned.onOpen?.(scope)
}

/** Opens a recipe within a run that is under way: an input, or what a function has returned. It is closed like what the call was given. */
export function openLate<T>(recipe: Recipe<T>, argument: string, scope: Scope, place: Place): Cursor<T> {
  assignRun(recipe, scope)
  try {
    checkLate(recipe, argument, place)
    place.contents?.add(recipe.mode, argument)
    const cursor = openRecipe(recipe, scope, place)
    return isLent(recipe) ? new LateCursor(recipe, cursor, scope, place) : cursor
  } catch (error) {
    void release(recipe, scope, place)
    throw error
  }
}

function checkLate(recipe: Recipe<unknown>, argument: string, place: Place): void {
  checkDepth(nesting.depth + place.depth + recipe.depth)
  if (recipe.mode === 'bytes' && place.accepts === 'objects') throw bytesRefused(argument)
  if (recipe.mode === 'objects' && place.accepts === 'bytes') {
    throw new ArgumentError(argument, 'a byte stream when objectMode is false')
  }
}

/**
 * The first run to open a recipe claims all its streams, even those it has not reached yet. An iterable output can be opened
 * again, and a second run must not close the streams of the first.
 */
export function assignRun(recipe: Recipe<unknown>, { cleanup }: Scope): void {
  if (runs.has(recipe)) return
  for (const part of withParts(recipe, new WeakSet())) if (!runs.has(part)) runs.set(part, cleanup)
}

/** Closes everything that a recipe and its parts own, except what belongs to another run. */
export function release(recipe: Recipe<unknown>, scope: Scope, place: Place): void | Promise<void> {
  const slow: Promise<void>[] = []
  for (const part of withParts(recipe, scope.cleanup.released)) {
    if (part.owned === undefined || (runs.get(part) ?? scope.cleanup) !== scope.cleanup) continue
    const { subject } = part.owned
    const wasOpened = openedOnce.has(subject)
    openedOnce.add(subject)
    const closing = part.owned.release(scope, place, wasOpened)
    if (closing !== undefined) slow.push(closing)
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}

/** A recipe and all its parts, each once even if shared. A loop, not a recursion: recipes may nest without limit. */
function* withParts(recipe: Recipe<unknown>, seen: WeakSet<object>): Generator<Recipe<unknown>> {
  const stack = [recipe]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    yield next
    for (const part of next.parts) stack.push(part)
  }
}

/** Whether the recipe contains one of our own streams: only those must be released as soon as their items are used up. */
function isLent(recipe: Recipe<unknown>): boolean {
  for (const { owned } of withParts(recipe, new WeakSet())) if (owned?.onOpen !== undefined) return true
  return false
}

/** A late input that contains our own streams: releases them when it ends, not only when the whole run does. */
class LateCursor<T> implements Cursor<T> {
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

  close(): void | Promise<void> {
    return closeAll([this.#cursor, { close: () => this.#release() }])
  }

  #release(): void | Promise<void> {
    return release(this.#recipe, this.#scope, this.#place)
  }
}
