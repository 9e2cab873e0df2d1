import { abortError, type CloseError } from '../errors.ts'
import { failOnAbort } from './abort.ts'
import { closeAll, EMPTY, type Cursor, type Step } from './cursor.ts'
import { milliseconds, signal, type Rule } from './options.ts'
import { checkDepth, nesting } from './nesting.ts'
import { closedWith, delivered, type Origins } from './origins.ts'
import { Place } from './place.ts'
import { warn } from './platform.ts'
import { assignRun, openRecipe, release } from './ownership.ts'
import type { Recipe } from './recipe.ts'
import { Cleanup } from './cleanup.ts'
import { Scope, type Face, type Wakers } from './scope.ts'
import { isObject } from './guards.ts'

/** The options of every junction and stage, in every face. */
export interface RunOptions {
  /** Aborts: the output fails with an AbortError whose `cause` is the reason, and every input is closed. */
  signal?: AbortSignal | undefined
  /**
   * How long to wait for an input to close, in milliseconds; 1000 by default. An input that takes longer is named in a
   * `CloseError`, which is emitted as a warning or returned by `closeFaultsOf`. For nested junctions, the outermost one decides.
   */
  closeTimeout?: number | undefined
}

export const runRules = { signal, closeTimeout: milliseconds } satisfies Record<string, Rule>

/**
 * One run of a recipe: opened on the first demand and closed exactly once, however it ends. A face delegates opening,
 * closing, aborts and errors to its root.
 *
 * A root with an outer scope (`within`) leaves it to that scope's root to report errors that happen while closing.
 */
export class Root<T> {
  readonly #recipe: Recipe<T>
  readonly #scope: Scope
  readonly #isInner: boolean
  readonly #place: Place
  readonly #signal: AbortSignal | undefined
  readonly #unlisten: (() => void) | undefined
  readonly #polls: boolean
  /** The open cursor. Public so that a face can pull it without an extra call for every item. */
  cursor: Cursor<T> | undefined
  #over = false
  #closing: void | Promise<void> = undefined

  constructor(
    recipe: Recipe<T>,
    face: Face,
    options: RunOptions,
    wakers: Wakers,
    place: Place = Place.root(),
    within?: Scope,
  ) {
    this.#recipe = recipe
    this.#place = place
    place.defaultLabel(recipe.label)
    this.#isInner = within !== undefined
    this.#scope = new Scope(face, wakers, within?.cleanup ?? new Cleanup(options.closeTimeout ?? 1000))
    if (within === undefined) this.#scope.cleanup.onLeftOpen = wakers.onLeftOpen
    this.#signal = options.signal
    this.#polls = face === 'iter' && this.#signal !== undefined
    if (face !== 'iter') this.#unlisten = failOnAbort(this.#signal, (error) => wakers.fail(error))
  }

  /** Called on the first demand. */
  open(): Cursor<T> {
    if (this.#over) return EMPTY
    this.#checkSignal()
    checkDepth(nesting.depth + this.#place.depth + this.#recipe.depth)
    assignRun(this.#recipe, this.#scope)
    const cursor = openRecipe(this.#recipe, this.#scope, this.#place)
    if (this.#isOver()) {
      void this.#shut(cursor, warn)
      return EMPTY
    }
    return (this.cursor = this.#polls ? this.#polling(cursor) : cursor)
  }

  /** The cursor has returned DONE. While a face still holds unread items (`!isTaken`), the run can be aborted until `close`. */
  ended(isTaken = true): void {
    if (!this.#over) void this.#shut(EMPTY, warn)
    if (isTaken) this.#unlisten?.()
  }

  /**
   * Closes everything, once. Errors from closing are attached to `error`. Without one they are emitted as a warning, since a
   * run that has finished should not fail after all; a caller can pass `onFaults` to handle them otherwise.
   */
  close(error?: unknown, onFaults: (faults: CloseError) => void = warn): void | Promise<void> {
    this.#unlisten?.()
    const report = (faults: CloseError): void => {
      if (isObject(error)) this.origins.noteFaults(error, faults)
      else onFaults(faults)
    }
    if (this.#over) {
      // What the face has held until now may have been given back or lost.
      if (this.#closing === undefined) this.#report(report)
      return this.#closing
    }
    if (isObject(error)) closedWith(error, this.origins)
    return this.#shut(this.cursor ?? EMPTY, report)
  }

  /** Closes everything after an error that the output is going to throw. */
  fail(error: unknown): void | Promise<void> {
    if (!this.#isInner) delivered(error, this.origins)
    return this.close(error)
  }

  /** Where the errors of this run came from. */
  get origins(): Origins {
    return this.#place.origins
  }

  /** Another root has taken over the recipe, so this one has nothing to close. */
  abandon(): void {
    this.#forget()
    this.#unlisten?.()
  }

  /** A method, because TypeScript assumes that `#over` cannot change while `open` runs; a source may close us right there. */
  #isOver(): boolean {
    return this.#over
  }

  #forget(): void {
    this.#over = true
    this.cursor = undefined
    if (!this.#isInner) this.#scope.cleanup.onLeftOpen = undefined
  }

  /** Checks the signal before each pull: no `abort` event can reach synchronous code. */
  #polling(cursor: Cursor<T>): Cursor<T> {
    const next = (): Step<T> => {
      this.#checkSignal()
      return cursor.next()
    }
    return { next, close: () => cursor.close() }
  }

  #checkSignal(): void {
    if (this.#signal?.aborted === true) throw abortError(this.#signal.reason)
  }

  #shut(cursor: Cursor<T>, onFaults: (faults: CloseError) => void): void | Promise<void> {
    this.#forget()
    const closing = closeAll([
      cursor,
      { close: () => release(this.#recipe, this.#scope, this.#place) },
      { close: () => (this.#isInner ? undefined : this.#scope.cleanup.settled()) },
    ])
    if (closing === undefined) this.#report(onFaults)
    else this.#closing = closing.then(() => this.#report(onFaults))
    return this.#closing
  }

  #report(onFaults: (faults: CloseError) => void): void {
    const faults = this.#isInner ? undefined : this.#scope.cleanup.faults()
    if (faults !== undefined) onFaults(faults)
  }
}
