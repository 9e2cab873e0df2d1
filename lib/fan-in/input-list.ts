import type { Cursor } from '../kernel/cursor.ts'
import type { Place } from '../kernel/place.ts'
import type { Recipe } from '../kernel/recipe.ts'
import type { Face, Scope } from '../kernel/scope.ts'

/** The inputs of a fan-in as its caller gave them, none of them opened yet. */
export interface InputList<In> {
  /** The inputs known at the call, in order; of a lazy list none, except `asyncList`. */
  readonly parts: readonly Recipe<In>[]
  /** An iterable that gives one input after the other, only read while the fan-in runs. */
  readonly lazy: Iterable<unknown> | undefined
  /** The same for an async iterable. */
  readonly asyncList: Recipe<unknown> | undefined
  readonly labels: readonly string[]
  readonly face: Face
  /** Whether the inputs may give chunks of bytes. */
  readonly bytes: boolean
  /** Applied to each input when it is opened, the outermost first. */
  readonly wrappers: readonly InputWrapper[]
  /** Throws if the options do not fit so many inputs. */
  checkCount(count: number): void
  /** Whether the inputs of `part` can take its place in this list without changing the output. */
  unfolds(part: Recipe<In>): part is Recipe<In> & InputList<In>
}

/**
 * Puts a cursor around that of an input: this is how an option applies to every input of every junction. `scope` is the one that
 * the junction opens the input in, and `place` has its index and label. What the cursor throws is an error of the input.
 */
export type InputWrapper = <In>(scope: Scope, place: Place) => WrappingCursor<In>

/** Made before its input is opened, which happens once, in the scope that it chooses. So nested inputs need no deeper stack. */
export interface WrappingCursor<In> extends Cursor<In> {
  readonly inner: Scope
  /** Takes the cursor of the input. */
  wrap(cursor: Cursor<In>): void
}
