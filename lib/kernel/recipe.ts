import { ArgumentError } from '../errors.ts'
import { closeAll, DONE, type Cursor, type Step } from './cursor.ts'
import { checkDepth, nesting } from './nesting.ts'
import type { ItemName, Place } from './place.ts'
import type { Scope } from './scope.ts'

export { checkDepth } from './nesting.ts'

/** Where what a junction or stage returns carries its recipe, so that another opens it as a cursor. */
export const RECIPE: unique symbol = Symbol('fanpipe.recipe')

/** Where an iterator of ours says how deep what it iterates is. */
export const DEPTH: unique symbol = Symbol('fanpipe.depth')

export const depthOf = (source: object): number => (source as { [DEPTH]?: number })[DEPTH] ?? 1

/** Chunks of bytes, items, or not known before it is opened. */
export type Mode = 'bytes' | 'objects' | 'unknown'

/** What can be opened: afresh each time, unless it is a stream. */
export interface Recipe<T> {
  readonly mode: Mode
  /** How many cursors call down into each other once it is open. */
  readonly depth: number
  /** The name of the source, where it knows it; a stage has that of its upstream. */
  readonly label?: string | undefined
  /** The recipes known already at the call. */
  readonly parts: readonly Recipe<unknown>[]
  open(scope: Scope, place: Place): Cursor<T>
  /** The stream this recipe was for, where another junction opens it instead. */
  shell?: Shell | undefined
  /** Closes what was taken over at the call, opened or not. */
  release?(scope: Scope, place: Place): void | Promise<void>
  /** It was taken over by a call that was then refused. */
  giveBack?(): void
  /** It cannot be pulled just now, since the pull would come from inside what it reads itself. */
  readonly isRunning?: boolean
}

/** A stream of ours whose recipe was opened elsewhere, so that it will never be read itself. */
export interface Shell {
  /** Throws if the stream was destroyed already; a later destroy() fails the scope that took its recipe. */
  enter(scope: Scope): void
  /** The scope is done with it. */
  retire(): void
  /** It was given to a call that was then refused. */
  giveBack(): void
}

/** For what can be opened once and is no iterator: a stream, a branch. */
export function checkOneOpening(before: object | undefined, argument = 'source'): void {
  if (before !== undefined)
    throw new ArgumentError(
      argument,
      'a source that can be opened again',
      'a stream that was opened before',
      'give a function that returns a fresh one',
    )
}

/** Whether an output is in byte mode: as is said, or else as its inputs are. */
export function isByteMode(mode: Mode, objectMode: boolean | undefined): boolean {
  if (objectMode === false && mode === 'objects')
    throw new ArgumentError('objectMode', 'true where the inputs give items')
  return objectMode === undefined ? mode === 'bytes' : !objectMode
}

/** A recipe whose output is known to be in a mode before it is opened, and is held to that when it is. */
export function inMode<T>(recipe: Recipe<T>, mode: 'bytes' | 'objects'): Recipe<T> {
  if (recipe.mode === mode) return recipe
  return {
    mode,
    depth: recipe.depth,
    label: recipe.label,
    parts: [recipe],
    open: (scope, place) =>
      openRecipe(recipe, scope, place.accepting(mode === 'bytes' ? 'bytes' : 'anything')),
  }
}

/** The recipe of a source that knows its name, and what its items are called in messages. */
export function named<T>(recipe: Recipe<T>, label: string | undefined, itemName?: ItemName): Recipe<T> {
  return {
    mode: recipe.mode,
    depth: recipe.depth,
    label,
    parts: [recipe],
    open(scope, place) {
      if (itemName !== undefined) place.nameItems(itemName)
      return openRecipe(recipe, scope, place)
    },
  }
}

/** Runs the checks of a call; if it is refused, what it took over is its owner's again. */
export function rollbackOnThrow<R>(taken: readonly Recipe<unknown>[], checks: () => R): R {
  try {
    return checks()
  } catch (error) {
    for (const recipe of taken) (recipe.shell ?? recipe).giveBack?.()
    throw error
  }
}

/** Opens a recipe; the stream that it was for, if any, is told who has it. */
export function openRecipe<T>(recipe: Recipe<T>, scope: Scope, place: Place): Cursor<T> {
  recipe.shell?.enter(scope)
  return recipe.open(scope, place)
}

/** Opens what was found only now, below something that is running; it is ours as what was known at the call is. */
export function openLate<T>(recipe: Recipe<T>, argument: string, scope: Scope, place: Place): Cursor<T> {
  claim(recipe, scope)
  try {
    checkFound(recipe, argument, place)
    place.contents?.add(recipe.mode, argument)
    const cursor = openRecipe(recipe, scope, place)
    return hasShell(recipe) ? new FoundCursor(recipe, cursor, scope, place) : cursor
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

export function bytesRefused(argument: string): ArgumentError {
  return new ArgumentError(
    argument,
    'a source of items: split the bytes into lines or rows first',
    'a byte stream',
  )
}

/** The runs that streams belong to: what gives an output afresh each time it is iterated may be made of streams. */
const owners = new WeakMap<Recipe<unknown>, object>()

/** The first run to open a recipe has its streams, reached yet or not. */
export function claim(recipe: Recipe<unknown>, { cleanup }: Scope): void {
  if (owners.has(recipe)) return
  for (const part of withParts(recipe, new WeakSet())) if (!owners.has(part)) owners.set(part, cleanup)
}

/**
 * Closes every stream a recipe took over at the call, unless another run has it; a loop, because recipes nest without limit,
 * and share parts.
 */
export function release(recipe: Recipe<unknown>, scope: Scope, place: Place): void | Promise<void> {
  const slow: Promise<void>[] = []
  for (const part of withParts(recipe, scope.cleanup.released)) {
    if ((owners.get(part) ?? scope.cleanup) !== scope.cleanup) continue
    const closing = part.release?.(scope, place)
    if (closing !== undefined) slow.push(closing)
    part.shell?.retire()
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}

/** A recipe and all it is made of, each once, whatever the number of ways to it. */
function* withParts(recipe: Recipe<unknown>, seen: WeakSet<object>): Generator<Recipe<unknown>> {
  const rest = [recipe]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    yield next
    for (const part of next.parts) rest.push(part)
  }
}

function hasShell(recipe: Recipe<unknown>): boolean {
  for (const { shell } of withParts(recipe, new WeakSet())) if (shell !== undefined) return true
  return false
}

/** What was found late and has streams of ours among its parts, which are destroyed when it is done with. */
class FoundCursor<T> implements Cursor<T> {
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
