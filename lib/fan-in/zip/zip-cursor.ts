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
 * Polls the inputs in order, until it is known how the round ends. If one is pending, all others are polled as well, so that slow
 * inputs run concurrently. Their steps are then processed in the order of the inputs, not in that of their arrival.
 */
export class ZipCursor implements Cursor<unknown[]> {
  readonly #sources: Inputs<unknown>
  readonly #cursors: readonly Cursor<unknown>[]
  readonly #places: readonly Place[]
  readonly #mode: ZipMode
  readonly #padding: readonly unknown[] = []
  readonly #woken: Readiness<WakeableIndex>
  readonly #closing: Closing
  /** The steps of the inputs polled in this round; padding takes the place of DONE. */
  #tuple: unknown[] = []
  /** How many of these steps have been processed. */
  #accepted = 0
  /** Which inputs have ended. */
  readonly #hasEnded: boolean[]
  #endedCount = 0
  /** The errors of inputs that have failed; DONE stands for them in the tuple. */
  readonly #failures = new Map<number, Failure>()
  /** How many tuples have been yielded. */
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
    this.#hasEnded = cursors.map(() => false)
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
    if (this.#accepted < this.#tuple.length) this.#recheck()
    const count = this.#cursors.length
    for (; this.#accepted < count; this.#accepted++) {
      const input = this.#accepted
      if (input === this.#tuple.length) this.#pollNext()
      const step = this.#tuple[input]
      if (isItem(step)) {
        if (this.#endedCount > 0 && this.#mode === 'strict') throw this.#unequal(0, input)
      } else if (step === PENDING) {
        while (this.#tuple.length < count) this.#pollNext()
        return PENDING
      } else if (this.#endsWith(input)) return this.#end()
    }
    return this.#endedCount === count ? this.#end() : this.#give()
  }

  lender(): Lender<readonly unknown[]> {
    const lenders = this.#cursors.map((cursor, i) =>
      this.#hasEnded[i] === true ? undefined : cursor.lender?.(),
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
      if (isItem(answer) && this.#hasEnded[i] !== true) this.#cursors[i]?.lender?.()?.takeBack(answer)
    return closeAll(this.#cursors)
  }

  #pollNext(): void {
    const input = this.#tuple.length
    this.#tuple.push(this.#hasEnded[input] === true ? DONE : this.#poll(input))
  }

  #poll(input: number): unknown {
    try {
      return (this.#cursors[input] as Cursor<unknown>).next()
    } catch (error) {
      this.#failures.set(input, this.#sources.hold(error, this.#places[input] as Place))
      return DONE
    }
  }

  /** Polls the woken inputs that are pending. */
  #recheck(): void {
    for (let woken = this.#woken.take(); woken !== undefined; woken = this.#woken.take()) {
      const { index } = woken
      if (this.#tuple[index] === PENDING) this.#tuple[index] = this.#poll(index)
    }
  }

  /** Handles the end or the error of an input; returns whether that ends the output. */
  #endsWith(input: number): boolean {
    if (this.#hasEnded[input] !== true) {
      const failure = this.#failures.get(input)
      if (failure !== undefined)
        this.#sources.dropFailed(
          failure,
          this.#places[input] as Place,
          this.#cursors[input] as Cursor<unknown>,
        )
      if (this.#mode === 'shortest') return true
      if (this.#mode === 'strict' && this.#endedCount < input) throw this.#unequal(input, 0)
      this.#hasEnded[input] = true
      this.#endedCount++
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
    this.#accepted = 0
    this.#index++
    return tuple
  }

  #end(): Step<unknown[]> {
    void this.#closing.begin()
    return this.#closing.step()
  }
}
