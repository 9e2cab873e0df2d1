import { ArgumentError } from '../errors.ts'
import { EMPTY, type Cursor } from './cursor.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'

/** The output of a junction or stage carries its recipe here, so that another junction can open it directly as a cursor. */
export const RECIPE: unique symbol = Symbol('fanpipe.recipe')

/** Our own iterators carry the depth of their recipe here. */
export const DEPTH: unique symbol = Symbol('fanpipe.depth')

export const depthOf = (source: object): number => (source as { [DEPTH]?: number })[DEPTH] ?? 1

/** Whether a recipe gives chunks of bytes or items; `unknown` until it is opened. */
export type Mode = 'bytes' | 'objects' | 'unknown'

/** Opens a new cursor each time, unless it is owned: then it can be opened only once. */
export interface Recipe<T> {
  readonly mode: Mode
  /** How many cursors call each other, one below the other, once it is open. */
  readonly depth: number
  /** The name of the source, if it has one; a stage inherits the label of its upstream. */
  readonly label?: string | undefined
  /** The recipes this one is built from, as far as they are known before it is opened. */
  readonly parts: readonly Recipe<unknown>[]
  /** Set if opening consumes something; one of our streams sets it while another junction has taken over its recipe. */
  owned?: Owned | undefined
  open(scope: Scope, place: Place): Cursor<T>
  /** The recipe is being pulled further up the stack, so pulling it now would be reentrant. */
  readonly isRunning?: boolean
}

/**
 * Something that can be opened only once and must be closed: a stream, a branch, or one of our iterators. The call it is passed
 * to claims it; from then on it is closed with the output, even if it was never opened. If the call throws, ownership returns to
 * the caller.
 */
export interface Owned {
  readonly subject: object
  /** The name of the argument it was passed as, for error messages. */
  readonly argument: string
  /** How error messages refer to it; `a stream` by default. */
  readonly noun?: string
  onOpen?(scope: Scope): void
  /** Closes the subject, whether or not it was opened. */
  release(scope: Scope, place: Place, wasOpened: boolean): void | Promise<void>
  /** The call it was passed to has thrown: removes our listeners from the subject. */
  giveBack?(): void
}

/** Without items. */
export const emptyRecipe: Recipe<never> = { mode: 'unknown', depth: 1, parts: [], open: () => EMPTY }

export interface ModeOptions {
  readonly objectMode?: boolean | undefined
}

/** Whether an output is in byte mode: decided by the option `objectMode`, and by the inputs if that is not set. */
export function isByteMode(mode: Mode, objectMode: boolean | undefined): boolean {
  if (objectMode === false && mode === 'objects')
    throw new ArgumentError('objectMode', 'true when the inputs give items')
  return objectMode === undefined ? mode === 'bytes' : !objectMode
}

export function bytesRefused(argument: string): ArgumentError {
  return new ArgumentError(
    argument,
    'a source of items',
    'a byte stream',
    'split the bytes into lines or rows first',
  )
}
