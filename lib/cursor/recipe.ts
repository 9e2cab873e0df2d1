import { ArgumentError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'

/** Where what a junction or stage returns carries its recipe, so that another opens it as a cursor. */
export const RECIPE: unique symbol = Symbol('fanpipe.recipe')

/** Chunks of bytes, items, or not known before it is opened. */
export type Mode = 'bytes' | 'objects' | 'unknown'

/** What can be opened: afresh each time, unless it is a stream. */
export interface Recipe<T> {
  readonly mode: Mode
  /** How many cursors call down into each other once it is open. */
  readonly depth: number
  /** The recipes known already at the call. */
  readonly parts: readonly Recipe<unknown>[]
  open(scope: Scope, place: Place): Cursor<T>
  /** The stream this recipe was for, where another junction opens it instead. */
  readonly shell?: Shell | undefined
  /** Closes what was taken over at the call, opened or not. */
  release?(scope: Scope, place: Place): void | Promise<void>
}

/** A stream of ours whose recipe was opened elsewhere, so that it will never be read itself. */
export interface Shell {
  /** Throws if the stream was destroyed already; a later destroy() fails the scope that took its recipe. */
  enter(scope: Scope): void
  /** The scope is done with it. */
  retire(): void
}

const DEEPEST = 1000

/** Refuses what would overflow the stack. */
export function checkDepth(depth: number): void {
  if (depth > DEEPEST) throw new ArgumentError('inputs', `nested at most ${DEEPEST} junctions deep`)
}

/** Opens what was found only now, below something that is running. */
export function openFound<T>(recipe: Recipe<T>, argument: string, scope: Scope, place: Place): Cursor<T> {
  try {
    checkDepth(place.depth + recipe.depth)
    if (recipe.mode === 'bytes' && place.accepts === 'objects') throw bytesRefused(argument)
    if (recipe.mode === 'objects' && place.accepts === 'bytes') {
      throw new ArgumentError(argument, 'a byte stream where objectMode is false')
    }
    recipe.shell?.enter(scope)
    return recipe.open(scope, place)
  } catch (error) {
    void release(recipe, scope, place)
    throw error
  }
}

export function bytesRefused(argument: string): ArgumentError {
  return new ArgumentError(
    argument,
    'a source of items: split the bytes into lines or rows first',
    'a byte stream',
  )
}

/** Closes every stream a recipe took over at the call; a loop, because recipes nest without limit. */
export function release(recipe: Recipe<unknown>, scope: Scope, place: Place): void | Promise<void> {
  const slow: Promise<void>[] = []
  const rest: Recipe<unknown>[] = [recipe]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const closing = next.release?.(scope, place)
    if (closing !== undefined) slow.push(closing)
    next.shell?.retire()
    for (const part of next.parts) rest.push(part)
  }
  if (slow.length > 0) return Promise.all(slow).then(() => undefined)
}
