import type { SourcePath } from '../errors.ts'
import { promiseRefused } from '../kernel/awaited.ts'
import { Closing } from '../kernel/closing.ts'
import { DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import { isObject, isThenable } from '../kernel/guards.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { rethrowMistake, type ErrorPolicy, type InputErrors } from './input-errors.ts'

/** The policy that is a function: it is called with the error, and the output continues without the input. */
export const reportTo =
  (report: (error: unknown, source: SourcePath) => unknown): ErrorPolicy =>
  (scope) =>
    new ReportedErrors(scope, report)

class ReportedErrors implements InputErrors {
  readonly #scope: Scope
  readonly #report: (error: unknown, source: SourcePath) => unknown
  #hasDropped = false
  /** The promises of the function that have not settled. */
  readonly #reports = new Set<Promise<void>>()
  /** What a promise of the function was rejected with. */
  #failure: { readonly error: unknown } | undefined

  constructor(scope: Scope, report: (error: unknown, source: SourcePath) => unknown) {
    this.#scope = scope
    this.#report = report
  }

  onError(error: unknown, place: Place): typeof DONE {
    rethrowMistake(error)
    this.#hasDropped = true
    const path = isObject(error) ? place.origins.pathOf(error) : undefined
    const report = this.#report
    const result = report(error, path ?? place.path())
    if (!isThenable(result)) return DONE
    if (this.#scope.face === 'iter') throw promiseRefused('errors', result)
    const settled = Promise.resolve(result)
      .then(
        () => undefined,
        (error: unknown) => void (this.#failure ??= { error }),
      )
      .then(() => {
        this.#reports.delete(settled)
        this.#scope.wake()
      })
    this.#reports.add(settled)
    return DONE
  }

  get isReporting(): boolean {
    return this.#reports.size > 0
  }

  wrapOutput<Out>(output: Cursor<Out>): Cursor<Out> {
    const settling = new Closing({ close: () => this.#settled() }, this.#scope)
    const next = (): Step<Out> => {
      if (this.#failure !== undefined) throw this.#failure.error
      const step = settling.begun ? DONE : output.next()
      if (isItem(step) || step === PENDING) return step
      void settling.begin()
      return settling.step()
    }
    const lender = (): Lender<Out> | undefined => output.lender?.()
    return { next, lender, close: () => output.close() }
  }

  /** The inputs that were dropped have closed, and the function has dealt with their errors. */
  #settled(): void | Promise<void> {
    if (!this.#hasDropped) return
    const closing = this.#scope.cleanup.settled()
    const reports = this.#reports
    if (closing === undefined && reports.size === 0) return
    return Promise.all([closing, ...reports]).then(() => undefined)
  }
}
