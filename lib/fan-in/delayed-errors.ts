import { closeAll, DONE, isItem, type Cursor, type Lender, type Step } from '../kernel/cursor.ts'
import { isObject } from '../kernel/guards.ts'
import type { Place } from '../kernel/place.ts'
import type { Scope } from '../kernel/scope.ts'
import { rethrowMistake, type ErrorPolicy, type InputErrors } from './input-errors.ts'

/** The policy `'delay'`: the output fails when all inputs have ended. */
export const delay: ErrorPolicy = (scope, place) => new DelayedErrors(scope, place)

class DelayedErrors implements InputErrors {
  readonly #scope: Scope
  readonly #place: Place
  #delayed: { readonly error: unknown; readonly index: number }[] = []

  constructor(scope: Scope, place: Place) {
    this.#scope = scope
    this.#place = place
  }

  onError(error: unknown, { index }: Place): typeof DONE {
    rethrowMistake(error)
    this.#delayed.push({ error, index })
    return DONE
  }

  wrapOutput<Out>(output: Cursor<Out>): Cursor<Out> {
    const next = (): Step<Out> => {
      const step = output.next()
      if (!isItem(step) && step === DONE) this.#throwDelayed()
      return step
    }
    const lender = (): Lender<Out> | undefined => output.lender?.()
    return { next, lender, close: () => closeAll([output, { close: () => this.#close() }]) }
  }

  /** Throws the errors in the order of their inputs, one alone as it is. */
  #throwDelayed(): void {
    const errors = this.#take()
    if (errors.length === 0) return
    const error =
      errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} inputs failed`)
    if (isObject(error)) this.#place.origins.noteDelayed(error, errors)
    throw error
  }

  /** The output is closed before its end, so that it will not throw the errors. */
  #close(): void {
    for (const error of this.#take()) this.#scope.cleanup.addDelayed(error)
  }

  #take(): unknown[] {
    const delayed = this.#delayed.sort((a, b) => a.index - b.index)
    this.#delayed = []
    return delayed.map(({ error }) => error)
  }
}
