import { ArgumentError } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'

/** Where what a junction or stage returns carries its recipe, so that another opens it as a cursor. */
export const RECIPE: unique symbol = Symbol('fanpipe.recipe')

/** Where an iterator of ours says how deep what it iterates is. */
export const DEPTH: unique symbol = Symbol('fanpipe.depth')

export const depthOf = (source: object): number => (source as { [DEPTH]?: number })[DEPTH] ?? 1

/** Chunks of bytes, items, or not known before it is opened. */
export type Mode = 'bytes' | 'objects' | 'unknown'

/** What can be opened: afresh each time, unless it is owned. */
export interface Recipe<T> {
  readonly mode: Mode
  /** How many cursors call down into each other once it is open. */
  readonly depth: number
  /** The name of the source, where it knows it; a stage has that of its upstream. */
  readonly label?: string | undefined
  /** The recipes known already at the call. */
  readonly parts: readonly Recipe<unknown>[]
  /** Set while a stream of ours lends its recipe to another junction. */
  owned?: Owned | undefined
  open(scope: Scope, place: Place): Cursor<T>
  /** It cannot be pulled just now, since the pull would come from inside what it reads itself. */
  readonly isRunning?: boolean
}

/**
 * Something that can be opened once and has to be closed: a stream, a branch, an iterator of ours. The call it is given to claims
 * it; from then on it is closed with the output, whether it was reached or not. If the call is refused, its owner has it back.
 */
export interface Owned {
  readonly subject: object
  /** What it was given as, for error messages. */
  readonly argument: string
  /** It is opened, in this scope. */
  onOpen?(scope: Scope): void
  /** Closes it, opened or not. */
  release(scope: Scope, place: Place, wasOpened: boolean): void | Promise<void>
  /** The call it was given to was refused: nothing of ours stays on it. */
  giveBack?(): void
}

/** Whether an output is in byte mode: as is said, or else as its inputs are. */
export function isByteMode(mode: Mode, objectMode: boolean | undefined): boolean {
  if (objectMode === false && mode === 'objects')
    throw new ArgumentError('objectMode', 'true where the inputs give items')
  return objectMode === undefined ? mode === 'bytes' : !objectMode
}

export function bytesRefused(argument: string): ArgumentError {
  return new ArgumentError(
    argument,
    'a source of items: split the bytes into lines or rows first',
    'a byte stream',
  )
}
