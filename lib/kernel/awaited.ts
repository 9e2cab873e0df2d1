import { ArgumentError } from '../errors.ts'
import type { Scope } from './scope.ts'
import { isThenable } from './guards.ts'

/** One promise at a time, made into a value that can be taken without waiting. */
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

  /** Where it was the `next()` of an async iterator: that has ended or failed, and nobody has looked yet. */
  get isOver(): boolean {
    return (
      this.#state === 'error' ||
      (this.#state === 'value' && (this.#result as IteratorResult<unknown> | null | undefined)?.done === true)
    )
  }

  /** Its rejection is kept until taken, and so never unhandled; a thenable may settle more than once, a promise does not. */
  start(promise: unknown): void {
    this.#state = 'waiting'
    Promise.resolve(promise).then(
      (value) => this.#settle('value', value),
      (error: unknown) => this.#settle('error', error),
    )
  }

  /** For what was thrown while the promise was asked for. */
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

/** A promise that is refused must not end the process with an unhandled rejection as well. */
export function ignoreRejection(value: unknown): void {
  if (isThenable(value)) void Promise.resolve(value).catch(() => undefined)
}

/** The error of a callback that returned a promise to the iter face, which cannot wait for it. */
export function promiseRefused(callbackName: string, promise: unknown): ArgumentError {
  ignoreRejection(promise)
  return new ArgumentError(
    callbackName,
    'synchronous in fanpipe/iter',
    undefined,
    'it gave a promise; use fanpipe/async, which awaits promises',
  )
}
