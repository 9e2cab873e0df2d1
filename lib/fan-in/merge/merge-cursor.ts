import { closeAll, DONE, isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import type { ItemOrigin } from '../../kernel/place.ts'
import type { Inputs } from '../inputs.ts'
import type { Tournament } from '../tournament.ts'
import { Activity } from './activity.ts'
import { ComparedTournament } from './compared-tournament.ts'
import { createTournament } from './create-tournament.ts'
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
    if (this.#isDelivered && !this.#advance()) return PENDING
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
    this.#rebuild()
    return true
  }

  /** Replaces the head that was delivered; false if the next one is not ready. */
  #advance(): boolean {
    const input = this.#winner()
    if (!this.#refill(input)) return false
    ;(this.#tournament as Tournament).replay()
    if (--this.#untilRecount === 0) this.#recount(input.index)
    return true
  }

  /** Takes the next head of an input, or its end; false if it is not ready. */
  #refill(input: MergeInput<T>): boolean {
    const step = this.#pull(input)
    if (isItem(step)) this.#accept(input, step)
    else if (step === PENDING) return false
    else this.#heads.end(input)
    return true
  }

  #pull(input: MergeInput<T>): Step<T> {
    try {
      return input.cursor.next()
    } catch (error) {
      return this.#sources.fail(error, input.place, input.cursor)
    }
  }

  /** Makes the item the head of its input. */
  #accept(input: MergeInput<T>, item: T): void {
    try {
      this.#heads.accept(input, item)
    } catch (error) {
      this.#refuse(error, input, item)
    }
  }

  #recount(latest: number): void {
    this.#untilRecount = this.#activity.period
    if (this.#activity.recount()) this.#rebuild(latest)
  }

  /** Gives the item back and ends its input, before the error can close everything. */
  #refuse(error: unknown, input: MergeInput<T>, item: T): void {
    input.cursor.lender?.()?.takeBack(item)
    this.#heads.end(input)
    this.#sources.fail(error, input.place, input.cursor)
  }

  /** `latest` is the index of the input whose head is new; undefined if all are. */
  #rebuild(latest?: number): void {
    const { active } = this.#activity
    const fail = (error: unknown, index: number): void => {
      // By now the head that was delivered has been replaced.
      this.#isDelivered = false
      const input = this.#inputs[index] as MergeInput<T>
      this.#refuse(error, input, input.head as T)
    }
    this.#tournament = this.#order.isCompared
      ? new ComparedTournament(this.#heads, active, fail, latest)
      : createTournament(this.#heads, active)
  }
}
