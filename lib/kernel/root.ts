import { abortError, type CloseError } from '../errors.ts'
import { onAbort } from './abort.ts'
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

/** What every junction and stage takes, in every face. */
export interface RunOptions {
  /** Aborts: the output fails with an AbortError whose `cause` is the reason, and every input is closed. */
  signal?: AbortSignal | undefined
  /**
   * How long to wait for an input to close, in milliseconds; 1000 by default. One that takes longer is named in a
   * `CloseError`, which is a warning or what `closeFaultsOf` gives. Of nested junctions the outermost decides.
   */
  closeTimeout?: number | undefined
}

export const runRules = { signal, closeTimeout: milliseconds } satisfies Record<string, Rule>

/**
 * One run of a recipe: opened at the first demand, closed once, whatever ends it. Every face holds a root and does
 * nothing about opening, closing, aborting or errors itself.
 *
 * One that runs within another's scope leaves what goes wrong while closing to that.
 */
export class Root<T> {
  readonly #recipe: Recipe<T>
  readonly #scope: Scope
  readonly #isInner: boolean
  readonly #place: Place
  readonly #signal: AbortSignal | undefined
  readonly #unlisten: (() => void) | undefined
  readonly #polls: boolean
  /** What is pulled, once `open` was asked for it: by the face itself, a call less for every item. */
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
    this.#signal = options.signal
    this.#polls = face === 'iter' && this.#signal !== undefined
    if (this.#signal === undefined || face === 'iter') return
    const aborted = (): void => wakers.fail(abortError(this.#signal?.reason))
    if (this.#signal.aborted) queueMicrotask(aborted)
    else this.#unlisten = onAbort(this.#signal, aborted)
  }

  /** Opens, for the first pull. */
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

  /** The cursor has said DONE. Where what it gave is yet to be taken, an abort counts until `close`. */
  ended(isTaken = true): void {
    if (!this.#over) void this.#shut(EMPTY, warn)
    if (isTaken) this.#unlisten?.()
  }

  /**
   * Closes everything, once. What goes wrong then is attached to the error there is; where there is none it is a
   * warning, because a finished run is not made to fail, unless the caller knows better.
   */
  close(error?: unknown, onFaults: (faults: CloseError) => void = warn): void | Promise<void> {
    this.#unlisten?.()
    if (this.#over) return this.#closing
    if (isObject(error)) closedWith(error, this.origins)
    return this.#shut(this.cursor ?? EMPTY, (faults) => {
      if (isObject(error)) this.origins.noteFaults(error, faults)
      else onFaults(faults)
    })
  }

  /** Closes everything, because the output fails with this error. */
  fail(error: unknown): void | Promise<void> {
    if (!this.#isInner) delivered(error, this.origins)
    return this.close(error)
  }

  /** What this run knows of its errors. */
  get origins(): Origins {
    return this.#place.origins
  }

  /** Another root has the recipe; nothing is left to close here. */
  abandon(): void {
    this.#forget()
    this.#unlisten?.()
  }

  /** Whoever opens may close while he does. */
  #isOver(): boolean {
    return this.#over
  }

  #forget(): void {
    this.#over = true
    this.cursor = undefined
  }

  /** Nobody tells the sync face of an abort. */
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
      { close: () => (this.#isInner ? undefined : this.#scope.cleanup.rest()) },
    ])
    const report = (): void => {
      const faults = this.#isInner ? undefined : this.#scope.cleanup.faults()
      if (faults !== undefined) onFaults(faults)
    }
    if (closing === undefined) report()
    else this.#closing = closing.then(report)
    return this.#closing
  }
}
