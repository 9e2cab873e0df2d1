import { ArgumentError } from '../errors.ts'
import type { Scope } from './scope.ts'
import { isThenable } from './guards.ts'

/** Turns a promise into a result that a cursor can poll; holds one promise at a time. */
export class Awaited {
  readonly #scope: Scope
  #state: 'idle' | 'waiting' | 'value' | 'error' = 'idle'
  #result: unknown

  constructor(scope: Scope) {
    this.#scope = scope
  }

  get idle(): boolean {
    return this.#state === 'idle'
  }

  get waiting(): boolean {
    return this.#state === 'waiting'
  }

  /** For the `next()` of an async iterator: it has already ended or failed, though the result has not been taken yet. */
  get isOver(): boolean {
    return (
      this.#state === 'error' ||
      (this.#state === 'value' && (this.#result as IteratorResult<unknown> | null | undefined)?.done === true)
    )
  }

  /** Handles the rejection at once, so it is never unhandled. `Promise.resolve`, because a thenable may settle more than once. */
  start(promise: unknown): void {
    this.#state = 'waiting'
    Promise.resolve(promise).then(
      (value) => this.#settle('value', value),
      (error: unknown) => this.#settle('error', error),
    )
  }

  /** For a call that threw instead of returning a promise. */
  fail(error: unknown): void {
    this.#state = 'error'
    this.#result = error
  }

  take(): unknown {
    const result = this.#result
    const failed = this.#state === 'error'
    this.#state = 'idle'
    this.#result = undefined
    if (failed) throw result
    return result
  }

  #settle(state: 'value' | 'error', result: unknown): void {
    this.#state = state
    this.#result = result
    this.#scope.wake()
  }
}

/** For a promise that we reject as a value: if it fails later, that must not be an unhandled rejection. */
export function ignoreRejection(value: unknown): void {
  if (isThenable(value)) void Promise.resolve(value).catch(() => undefined)
}

/** The error for something that would have to wait, in the iter face. */
export const cannotWait = (argument: string, expected: string, given: string): ArgumentError =>
  new ArgumentError(argument, `${expected} in fanpipe/iter`, given, 'it cannot wait; use fanpipe/async')

/** The error for a callback that returned a promise in the iter face, which cannot await it. */
export function promiseRefused(callbackName: string, promise: unknown): ArgumentError {
  ignoreRejection(promise)
  return new ArgumentError(
    callbackName,
    'synchronous in fanpipe/iter',
    undefined,
    'it returned a promise; use fanpipe/async, which awaits promises',
  )
}
