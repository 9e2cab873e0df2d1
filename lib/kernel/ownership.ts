import { ArgumentError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { Place } from './place.ts'
import type { Recipe } from './recipe.ts'
import type { Scope } from './scope.ts'

const claimed = new WeakSet<object>()
/** The Writables that we write to. */
const targets = new WeakSet<object>()
/** Single-use subjects that have been opened, or that were closed before they were opened. */
const used = new WeakMap<object, 'opened' | 'closed'>()
/** The run that each recipe belongs to, identified by its cleanup. Only that run may close the recipe's sources. */
const runs = new WeakMap<Recipe<unknown>, object>()

/** Called when a stream is passed in: from now on we own it, and it may not be passed to another junction or stage. */
export function claim(subject: object, argument: string): void {
  if (claimed.has(subject))
    throw new ArgumentError(
      argument,
      'an unused stream',
      'one that was already passed to a junction or stage',
      'to read a stream more than once, use multicast',
    )
  claimed.add(subject)
}

/** Returns the subject to its owner, who may pass it in again. */
export const unclaim = (subject: object): void => void claimed.delete(subject)

/** Called when a Writable is passed in, to be written to. The readable side of a Duplex is claimed separately. */
export function claimTarget(stream: object, argument: string): void {
  if (targets.has(stream))
    throw new ArgumentError(
      argument,
      'a Writable of its own',
      'one that was already passed to a sink or to tap',
    )
  targets.add(stream)
}

export const giveBackTarget = (stream: object): void => void targets.delete(stream)

/** Runs the checks of a call; if they throw, everything the call has claimed is returned to the caller. */
export function rollbackOnThrow<R>(recipes: readonly Recipe<unknown>[], checks: () => R): R {
  try {
    return checks()
  } catch (error) {
    for (const { owned } of recipes) {
      if (owned === undefined) continue
      owned.giveBack?.()
      unclaim(owned.subject)
    }
    throw error
  }
}

/** Throws if the subject was opened or closed before. */
export function openOnce(subject: object, argument: string, what = 'a stream'): void {
  const use = used.get(subject)
  if (use !== undefined)
    throw new ArgumentError(
      argument,
      'a source that can be opened again',
      `${what} that was already ${use}`,
      'pass a function that returns a new one',
    )
  used.set(subject, 'opened')
}

export function openRecipe<T>(recipe: Recipe<T>, scope: Scope, place: Place): Cursor<T> {
  markOpened(recipe, scope)
  return recipe.open(scope, place)
}

/** Marks what a recipe owns as opened, without opening the recipe: a flattened junction opens the parts instead. */
export function markOpened({ owned }: Recipe<unknown>, scope: Scope): void {
  if (owned === undefined) return
  openOnce(owned.subject, owned.argument, owned.noun)
  owned.onOpen?.(scope)
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
    const wasOpened = used.has(subject)
    if (!wasOpened) used.set(subject, 'closed')
    const closing = part.owned.release(scope, place, wasOpened)
    if (closing !== undefined) slow.push(closing)
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}

/** A recipe and all its parts, each once even if shared. A loop, not a recursion: recipes may nest without limit. */
export function* withParts(recipe: Recipe<unknown>, seen: WeakSet<object>): Generator<Recipe<unknown>> {
  const stack = [recipe]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    yield next
    for (const part of next.parts) stack.push(part)
  }
}
