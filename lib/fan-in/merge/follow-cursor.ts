import { isItem, PENDING, type Cursor, type Step } from '../../kernel/cursor.ts'
import type { KeyedItems, Slot } from './keyed-items.ts'
import type { MergeCursor } from './merge-cursor.ts'

/**
 * The output of a merge with `keyless: 'follow'`. The merge itself sees only items with a key. When an input gives an item without
 * one, the merge waits for that input, and the item is emitted here, so that nothing from another input comes in between.
 */
export class FollowCursor<T> implements Cursor<T> {
  readonly #merge: MergeCursor<T>
  readonly #inputs: readonly KeyedItems<T>[]
  readonly #slot: Slot<T>
  /** The input of the item that was emitted last. */
  #last: KeyedItems<T> | undefined

  /** `inputs` put their items without a key into the slot. */
  constructor(merge: MergeCursor<T>, inputs: readonly KeyedItems<T>[], slot: Slot<T>) {
    this.#merge = merge
    this.#inputs = inputs
    this.#slot = slot
  }

  next(): Step<T> {
    const { input } = this.#slot
    return input === undefined ? this.#pull() : this.#release(input)
  }

  takeBack(items: readonly T[]): void {
    this.#last?.takeBack(items.slice(-1))
  }

  close(): void | Promise<void> {
    this.#slot.input?.takeBack([this.#slot.item as T])
    this.#slot.item = this.#slot.input = undefined
    return this.#merge.close()
  }

  #pull(): Step<T> {
    const step = this.#merge.next()
    if (isItem(step)) {
      this.#slot.item = step
      this.#slot.input = this.#inputs[this.#merge.delivered]
    }
    const { input } = this.#slot
    return input === undefined ? step : this.#release(input)
  }

  /** An item is emitted only when it is known what comes next in its input. */
  #release(input: KeyedItems<T>): Step<T> {
    if (!input.peek()) return PENDING
    const item = this.#slot.item as T
    this.#slot.item = this.#slot.input = undefined
    this.#last = input
    return item
  }
}
