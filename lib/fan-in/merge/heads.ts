import { OrderError } from '../../errors.ts'
import { withItemOrigin } from '../../kernel/item-origin.ts'
import { aheadBy } from '../tournament.ts'
import type { KeyFunction } from './key-reader.ts'
import type { MergeInput } from './merge-input.ts'
import { orderHint } from './order-hint.ts'
import type { Order } from './order.ts'

/**
 * The heads of all inputs and their keys. As long as every key is a finite number, the keys are in one typed array, where
 * they compare fastest; with the first other key they move to the inputs, for good.
 */
export class Heads<T> {
  readonly inputs: readonly MergeInput<T>[]
  /** Whether the head of one input comes before that of another, by the keys of the inputs. */
  readonly isAhead: (a: number, b: number) => boolean
  /** Either all inputs have a key function or none has. Checked once, because `accept` needs it for every item. */
  readonly #hasKeyFunctions: boolean
  readonly #order: Order<unknown>
  readonly #checksOrder: boolean
  readonly #onNumbersLeft: () => void
  /** -1 under `reverse`: the keys in the typed array are negated, so that the least is first in any case. */
  readonly #sign: number
  #numbers: Float64Array | undefined

  /** `onNumbersLeft` is called when the keys move out of the typed array, before any of them has changed. */
  constructor(
    inputs: readonly MergeInput<T>[],
    order: Order<unknown>,
    checksOrder: boolean,
    onNumbersLeft: () => void,
  ) {
    this.inputs = inputs
    this.isAhead = aheadBy(inputs, order.beats)
    this.#hasKeyFunctions = inputs.some(({ keyFunction }) => keyFunction !== undefined)
    this.#order = order
    this.#checksOrder = checksOrder
    this.#onNumbersLeft = onNumbersLeft
    this.#sign = order.reverse ? -1 : 1
  }

  /** The keys by input, and Infinity for one that has ended; undefined unless all keys are finite numbers. */
  get numbers(): Float64Array | undefined {
    return this.#numbers
  }

  /** All inputs have their first head, or have ended. */
  start(): void {
    if (!this.#order.areNumbers || !this.inputs.every(({ key, out }) => out || Number.isFinite(key))) return
    this.#numbers = Float64Array.from(this.inputs, ({ key, out }) =>
      out ? Infinity : (key as number) * this.#sign,
    )
  }

  accept(input: MergeInput<T>, item: T): void {
    let itemKey: unknown = item
    if (this.#hasKeyFunctions) {
      const readKey = input.readKey as KeyFunction<T>
      itemKey = readKey(item)
    }
    const numbers = this.#numbers
    if (numbers === undefined || typeof itemKey !== 'number' || !Number.isFinite(itemKey))
      return this.#acceptAny(input, item, itemKey)
    const key = itemKey * this.#sign
    const previous = numbers[input.index] as number
    if (key < previous && this.#checksOrder) throw this.#orderError(input, previous * this.#sign, itemKey)
    this.#setHead(input, item)
    numbers[input.index] = key
  }

  /** The input has no further item. */
  end(input: MergeInput<T>): void {
    input.out = true
    input.head = undefined
    if (this.#numbers !== undefined) this.#numbers[input.index] = Infinity
  }

  #acceptAny(input: MergeInput<T>, item: T, itemKey: unknown): void {
    if (this.#numbers !== undefined) this.#leaveNumbers(this.#numbers)
    const key = this.#order.admit(itemKey, item, input)
    if (input.count === 0) input.firstKey = key
    else if (this.#checksOrder && this.#order.beats(key, input.key))
      throw this.#orderError(input, input.key, itemKey)
    this.#setHead(input, item)
    input.key = key
  }

  #setHead(input: MergeInput<T>, item: T): void {
    input.head = item
    input.count++
  }

  #leaveNumbers(numbers: Float64Array): void {
    for (const input of this.inputs) input.key = (numbers[input.index] as number) * this.#sign
    this.#numbers = undefined
    this.#onNumbersLeft()
  }

  #orderError(input: MergeInput<T>, previous: unknown, key: unknown): OrderError {
    const { place, count, firstKey, keyFunction } = input
    const previousKey = key instanceof Date && typeof previous === 'number' ? new Date(previous) : previous
    const hint = orderHint(previousKey, key, {
      reverse: this.#order.reverse,
      isCompared: this.#order.isCompared,
      neverRose: !this.#order.beats(firstKey, previous),
      keyFunction,
    })
    return withItemOrigin(new OrderError(place, count, previousKey, key, hint), place, count)
  }
}
