import { CardinalityError } from '../../errors.ts'
import { Closing } from '../../kernel/closing.ts'
import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import { withOrigin, type Place } from '../../kernel/place.ts'
import { Readiness, type WakeableIndex } from '../../kernel/readiness.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { Failure } from '../../kernel/failure.ts'
import type { Inputs } from '../inputs.ts'
import { readPadding } from './padding.ts'
import type { ZipMode } from './zip-options.ts'

/**
 * Asks the inputs in order, until the round is decided. If one has no answer yet, all others are asked as well, so that slow
 * inputs work side by side. The answers are then judged in the order of the inputs, not in that of their arrival.
 */
export class ZipCursor implements Cursor<unknown[]> {
  readonly #sources: Inputs<unknown>
  readonly #cursors: readonly Cursor<unknown>[]
  readonly #places: readonly Place[]
  readonly #mode: ZipMode
  readonly #padding: readonly unknown[] = []
  readonly #woken: Readiness<WakeableIndex>
  readonly #closing: Closing
  /** The answers of the inputs asked in this round; padding takes the place of DONE. */
  #tuple: unknown[] = []
  /** How many of the answers have been judged. */
  #judged = 0
  /** Which inputs have ended. */
  readonly #isOut: boolean[]
  #outCount = 0
  /** The errors of inputs that have failed; they answer DONE. */
  readonly #failures = new Map<number, Failure>()
  /** How many tuples have been given. */
  #index = 0

  constructor(
    inputs: Inputs<unknown>,
    scope: Scope,
    place: Place,
    mode: ZipMode,
    padding: Iterable<unknown> | undefined,
  ) {
    this.#sources = inputs
    this.#mode = mode
    this.#woken = new Readiness<WakeableIndex>(scope)
    const { cursors, places } = inputs.openAll((index) => this.#woken.scopeOf({ index, isReady: false }))
    this.#cursors = cursors
    this.#places = places
    this.#isOut = cursors.map(() => false)
    this.#closing = new Closing({ close: () => this.#close() }, scope)
    if (padding === undefined) return
    try {
      this.#padding = readPadding(padding, cursors.length, scope, place)
    } catch (error) {
      void this.close()
      throw error
    }
  }

  next(): Step<unknown[]> {
    if (this.#closing.begun) return this.#closing.step()
    if (this.#judged < this.#tuple.length) this.#recheck()
    const count = this.#cursors.length
    for (; this.#judged < count; this.#judged++) {
      const input = this.#judged
      if (input === this.#tuple.length) this.#ask(input)
      const answer = this.#tuple[input]
      if (isItem(answer)) {
        if (this.#outCount > 0 && this.#mode === 'strict') throw this.#unequal(0, input)
      } else if (answer === PENDING) {
        while (this.#tuple.length < count) this.#ask(this.#tuple.length)
        return PENDING
      } else if (this.#endsWith(input)) return this.#end()
    }
    return this.#outCount === count ? this.#end() : this.#give()
  }

  lender(): Lender<readonly unknown[]> {
    const lenders = this.#cursors.map((cursor, i) =>
      this.#isOut[i] === true ? undefined : cursor.lender?.(),
    )
    return {
      takeBack: (tuple) => {
        for (const [i, lender] of lenders.entries()) lender?.takeBack(tuple[i])
      },
    }
  }

  close(): void | Promise<void> {
    return this.#closing.begin()
  }

  #close(): void | Promise<void> {
    for (const [i, answer] of this.#tuple.entries())
      if (isItem(answer) && this.#isOut[i] !== true) this.#cursors[i]?.lender?.()?.takeBack(answer)
    return closeAll(this.#cursors)
  }

  #ask(input: number): void {
    this.#tuple[input] = this.#isOut[input] === true ? DONE : this.#poll(input)
  }

  #poll(input: number): unknown {
    try {
      return (this.#cursors[input] as Cursor<unknown>).next()
    } catch (error) {
      this.#failures.set(input, this.#sources.hold(error, this.#places[input] as Place))
      return DONE
    }
  }

  /** Polls the woken inputs that owe an answer. */
  #recheck(): void {
    for (let woken = this.#woken.take(); woken !== undefined; woken = this.#woken.take()) {
      const { index } = woken
      if (this.#tuple[index] === PENDING) this.#tuple[index] = this.#poll(index)
    }
  }

  /** An input has ended or failed: whether that ends the output. */
  #endsWith(input: number): boolean {
    if (this.#isOut[input] !== true) {
      const failure = this.#failures.get(input)
      if (failure !== undefined)
        this.#sources.dropFailed(
          failure,
          this.#places[input] as Place,
          this.#cursors[input] as Cursor<unknown>,
        )
      if (this.#mode === 'shortest') return true
      if (this.#mode === 'strict' && this.#outCount < input) throw this.#unequal(input, 0)
      this.#isOut[input] = true
      this.#outCount++
    }
    this.#tuple[input] = this.#padding[input]
    return false
  }

  #unequal(shorter: number, longer: number): CardinalityError {
    const [place, longerPlace] = [this.#places[shorter] as Place, this.#places[longer] as Place]
    return withOrigin(new CardinalityError(this.#index, shorter, longer, [place, longerPlace]), place)
  }

  #give(): unknown[] {
    const tuple = this.#tuple
    this.#tuple = []
    this.#judged = 0
    this.#index++
    return tuple
  }

  #end(): Step<unknown[]> {
    void this.#closing.begin()
    return this.#closing.step()
  }
}
