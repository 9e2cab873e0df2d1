import { abortError } from '../errors.ts'
import { DONE, isItem, type Cursor, type Lender, type Step } from './cursor.ts'
import { withOrigin, type Place } from './place.ts'
import { openRecipe } from './ownership.ts'
import type { Recipe } from './recipe.ts'

interface Watch {
  readonly callbacks: Set<() => void>
  readonly stop: () => void
}

const watches = new WeakMap<AbortSignal, Watch>()

/**
 * Calls back when the signal aborts, or in a microtask if it has aborted already; returns a function that unsubscribes. All
 * callbacks share one listener per signal, since Node warns about more than ten.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    queueMicrotask(callback)
    return () => undefined
  }
  const watch = watches.get(signal) ?? watchSignal(signal)
  watch.callbacks.add(callback)
  return () => {
    watch.callbacks.delete(callback)
    if (watch.callbacks.size === 0 && watches.get(signal) === watch) watch.stop()
  }
}

/** Calls `fail` with an AbortError when the signal aborts, if there is one. */
export const failOnAbort = (
  signal: AbortSignal | undefined,
  fail: (error: Error) => void,
): (() => void) | undefined => signal && onAbort(signal, () => fail(abortError(signal.reason)))

function watchSignal(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>()
  const stop = (): void => {
    watches.delete(signal)
    signal.removeEventListener('abort', aborted)
  }
  const aborted = (): void => {
    stop()
    for (const callback of callbacks) callback()
  }
  signal.addEventListener('abort', aborted)
  const watch = { callbacks, stop }
  watches.set(signal, watch)
  return watch
}

/** A recipe that fails when its own signal aborts. Inside another junction, the abort is an error of this input only. */
export function withSignal<T>(recipe: Recipe<T>, signal: AbortSignal | undefined): Recipe<T> {
  if (signal === undefined) return recipe
  return {
    mode: recipe.mode,
    depth: recipe.depth + 1,
    label: recipe.label,
    parts: [recipe],
    open(scope, place) {
      if (signal.aborted) throw withOrigin(abortError(signal.reason), place)
      const cursor = openRecipe(recipe, scope, place.below())
      return new AbortableCursor(cursor, signal, place, onAbort(signal, scope.wake))
    },
  }
}

class AbortableCursor<T> implements Cursor<T> {
  readonly #cursor: Cursor<T>
  readonly #signal: AbortSignal
  readonly #place: Place
  readonly #unlisten: () => void

  constructor(cursor: Cursor<T>, signal: AbortSignal, place: Place, unlisten: () => void) {
    this.#cursor = cursor
    this.#signal = signal
    this.#place = place
    this.#unlisten = unlisten
  }

  next(): Step<T> {
    if (this.#signal.aborted) throw withOrigin(abortError(this.#signal.reason), this.#place)
    const step = this.#cursor.next()
    if (!isItem(step) && step === DONE) this.#unlisten()
    return step
  }

  lender(): Lender<T> | undefined {
    return this.#cursor.lender?.()
  }

  close(): void | Promise<void> {
    this.#unlisten()
    return this.#cursor.close()
  }
}
