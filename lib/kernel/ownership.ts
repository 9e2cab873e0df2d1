import { ArgumentError } from '../errors.ts'
import { closeAll, DONE, type Cursor, type Step } from './cursor.ts'
import { checkDepth, nesting } from './nesting.ts'
import type { Place } from './place.ts'
import { bytesRefused, type Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

const claimed = new WeakSet<object>()
const openedOnce = new WeakSet<object>()
/** The runs that recipes belong to, by what closes their sources. */
const runs = new WeakMap<Recipe<unknown>, object>()

/** At the call: from now on the stream is ours, and nobody may give it to another junction or stage. */
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

/** Runs the checks of a call; if they throw, what the call has claimed is its owner's again. */
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

/** What can be opened once is opened: throws if it was before. */
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

/** What a recipe owns is opened, though the recipe itself may be unfolded. */
export function enter({ owned }: Recipe<unknown>, scope: Scope): void {
  if (owned === undefined) return
  openOnce(owned.subject, owned.argument)
  owned.onOpen?.(scope)
}

/** Opens what was found only now, below something that is running; it is closed as what was known at the call is. */
export function openLate<T>(recipe: Recipe<T>, argument: string, scope: Scope, place: Place): Cursor<T> {
  assignRun(recipe, scope)
  try {
    checkFound(recipe, argument, place)
    place.contents?.add(recipe.mode, argument)
    const cursor = openRecipe(recipe, scope, place)
    return isLent(recipe) ? new LateCursor(recipe, cursor, scope, place) : cursor
  } catch (error) {
    void release(recipe, scope, place)
    throw error
  }
}

function checkFound(recipe: Recipe<unknown>, argument: string, place: Place): void {
  checkDepth(nesting.depth + place.depth + recipe.depth)
  if (recipe.mode === 'bytes' && place.accepts === 'objects') throw bytesRefused(argument)
  if (recipe.mode === 'objects' && place.accepts === 'bytes') {
    throw new ArgumentError(argument, 'a byte stream where objectMode is false')
  }
}

/** The first run to open a recipe has its streams, reached yet or not: an output that can be opened again may be made of some. */
export function assignRun(recipe: Recipe<unknown>, { cleanup }: Scope): void {
  if (runs.has(recipe)) return
  for (const part of withParts(recipe, new WeakSet())) if (!runs.has(part)) runs.set(part, cleanup)
}

/** Closes all that a recipe and its parts own, unless it belongs to another run. */
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

/** A recipe and all it is made of, each once, however many ways lead to it; a loop, since recipes nest without limit. */
function* withParts(recipe: Recipe<unknown>, seen: WeakSet<object>): Generator<Recipe<unknown>> {
  const rest = [recipe]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    yield next
    for (const part of next.parts) rest.push(part)
  }
}

/** Whether a stream of ours has lent a part of it: only such a stream is to be told that it is done with. */
function isLent(recipe: Recipe<unknown>): boolean {
  for (const { owned } of withParts(recipe, new WeakSet())) if (owned?.onOpen !== undefined) return true
  return false
}

/** What was found late and was lent by streams of ours, which are released when it is done with. */
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
    if (step === DONE) void this.#release()
    return step
  }

  close(): void | Promise<void> {
    return closeAll([this.#cursor, { close: () => this.#release() }])
  }

  #release(): void | Promise<void> {
    return release(this.#recipe, this.#scope, this.#place)
  }
}
