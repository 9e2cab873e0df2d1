import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import type { ItemOrigin } from '../../kernel/place.ts'
import type { Inputs } from '../inputs.ts'
import type { Tournament } from '../tournament.ts'
import { Activity } from './activity.ts'
import { createComparedTournament, createTournament } from './create-tournament.ts'
import { Heads } from './heads.ts'
import type { MergeInput } from './merge-input.ts'
import type { Order } from './order.ts'

/** Pulls one head from each input, and then always from the input whose head was delivered last. */
export class MergeCursor<T> implements Cursor<T> {
  readonly #sources: Inputs<T>
  readonly #inputs: readonly MergeInput<T>[]
  readonly #order: Order<unknown>
  readonly #heads: Heads<T>
  readonly #activity: Activity
  /** How many inputs have their first head. */
  #primed = 0
  /** Undefined until all inputs have their first head. */
  #tournament: Tournament | undefined
  /** Whether the head of the winner was delivered, so that the next one must be pulled. */
  #isDelivered = false
  /** How many items are left until the active inputs are recounted. */
  #untilRecount: number

  constructor(
    sources: Inputs<T>,
    inputs: readonly MergeInput<T>[],
    order: Order<unknown>,
    checksOrder: boolean,
  ) {
    this.#sources = sources
    this.#inputs = inputs
    this.#order = order
    this.#heads = new Heads(inputs, order, checksOrder, () => this.#rebuild())
    this.#activity = new Activity(inputs)
    this.#untilRecount = this.#activity.period
  }

  next(): Step<T> {
    if (this.#tournament === undefined && !this.#begin()) return this.#inputs.length === 0 ? DONE : PENDING
    if (this.#isDelivered) {
      const delivered = this.#winner()
      if (!this.#refill(delivered)) return PENDING
      this.#isDelivered = false
      this.#replay(delivered)
    }
    const winner = this.#winner()
    this.#isDelivered = !winner.out
    return winner.out ? DONE : (winner.head as T)
  }

  /** The index of the input whose head was delivered last. */
  get delivered(): number {
    return this.#winner().index
  }

  /** Known only of the latest item. */
  originOf(index: number): ItemOrigin | undefined {
    if (!this.#isDelivered) return undefined
    const { place, count } = this.#winner()
    // Of what was taken from an input, its head is still to be delivered, except for the latest item.
    const delivered = this.#inputs.reduce((sum, input) => sum + input.count - (input.out ? 0 : 1), 1)
    return index === delivered - 1 ? place.originOf(count - 1) : undefined
  }

  lender(): Lender<T> | undefined {
    return this.#winner().cursor.lender?.()
  }

  close(): void | Promise<void> {
    const delivered = this.#isDelivered ? this.#winner() : undefined
    for (const input of this.#inputs.slice(0, this.#primed))
      if (!input.out && input !== delivered) input.cursor.lender?.()?.takeBack(input.head as T)
    this.#primed = 0
    return closeAll(this.#inputs.map(({ cursor }) => cursor))
  }

  #winner(): MergeInput<T> {
    return this.#inputs[(this.#tournament as Tournament).winner] as MergeInput<T>
  }

  /**
   * Takes the first heads in the order of the inputs, so that the kind of the keys, and which error is met first, never
   * depend on which input is quicker. False while one of them is not ready, and if there are no inputs.
   */
  #begin(): boolean {
    const inputs = this.#inputs
    for (; this.#primed < inputs.length; this.#primed++)
      if (!this.#refill(inputs[this.#primed] as MergeInput<T>)) return false
    if (inputs.length === 0) return false
    this.#heads.start()
    if (this.#order.isCompared) this.#compareAll()
    else this.#rebuild()
    return true
  }

  /** Takes the next head of an input, or its end; false if it is not ready. */
  #refill(input: MergeInput<T>): boolean {
    let step: Step<T> = PENDING
    try {
      step = input.cursor.next()
      if (isItem(step)) {
        if (this.#tournament === undefined) this.#heads.acceptFirst(input, step)
        else this.#heads.accept(input, step)
        return true
      }
    } catch (error) {
      if (isItem(step)) input.cursor.lender?.()?.takeBack(step)
      this.#fail(error, input)
      return true
    }
    if (step === PENDING) return false
    this.#heads.end(input)
    return true
  }

  /** Finds the next winner, now that `input` has another head. */
  #replay(input: MergeInput<T>): void {
    try {
      this.#tournament?.replay()
      if (--this.#untilRecount === 0) this.#recount()
    } catch (error) {
      this.#compareAll({ error, input })
    }
  }

  #recount(): void {
    this.#untilRecount = this.#activity.period
    if (this.#activity.recount()) this.#rebuild()
  }

  /**
   * Starts a tournament by `compare`, or starts it again after a replay has failed. An error belongs to one of the two inputs
   * whose keys were compared: to the one whose head is new, or else to the later.
   */
  #compareAll(failed?: { readonly error: unknown; readonly input: MergeInput<T> }): void {
    const suspect = failed?.input.index
    let failure = failed
    const onError = (error: unknown, a: number, b: number): void => {
      const index = a === suspect || b === suspect ? suspect : Math.max(a, b)
      const met = failure ?? { error }
      failure = undefined
      this.#fail(met.error, this.#inputs[index] as MergeInput<T>)
    }
    this.#tournament = createComparedTournament(this.#heads, onError)
    if (failure === undefined) return
    // The replay failed, but comparing all heads again did not.
    this.#fail(failure.error, failure.input)
    this.#tournament = createComparedTournament(this.#heads, onError)
  }

  #fail(error: unknown, input: MergeInput<T>): void {
    this.#sources.fail(error, input.place, input.cursor)
    this.#heads.end(input)
  }

  #rebuild(): void {
    this.#tournament = createTournament(this.#heads, this.#activity.active)
  }
}
