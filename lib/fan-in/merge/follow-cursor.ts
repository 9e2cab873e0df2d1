import type { Cleanup } from '../../kernel/cleanup.ts'
import { isItem, PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import type { ItemOrigin } from '../../kernel/place.ts'
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
  readonly #cleanup: Cleanup
  /** How many items were given. */
  #given = 0
  /** The input of the latest item. */
  #latest: KeyedItems<T> | undefined
  /** The index that the latest item has in its input, which may have given more since. */
  #latestIndex = -1
  /** The lender of the item in the slot, or if that is empty, of the item emitted last. */
  #lender: Lender<T> | undefined

  /** `inputs` put their items without a key into the slot. */
  constructor(merge: MergeCursor<T>, inputs: readonly KeyedItems<T>[], slot: Slot<T>, cleanup: Cleanup) {
    this.#merge = merge
    this.#inputs = inputs
    this.#slot = slot
    this.#cleanup = cleanup
  }

  next(): Step<T> {
    const { input } = this.#slot
    return input === undefined ? this.#pull() : this.#release(input)
  }

  /** Known only of the latest item. */
  originOf(index: number): ItemOrigin | undefined {
    if (index !== this.#given - 1 || this.#latest === undefined) return undefined
    return this.#latest.input.place.originOf(this.#latestIndex)
  }

  lender(): Lender<T> | undefined {
    return this.#lender
  }

  close(): void | Promise<void> {
    if (this.#slot.input !== undefined) this.#lender?.takeBack(this.#slot.item as T)
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
    if (input === undefined) return step
    if (this.#cleanup.leavesOpen) this.#lender = input.lender()
    return this.#release(input)
  }

  /** An item is emitted only when it is known what comes next in its input. */
  #release(input: KeyedItems<T>): Step<T> {
    if (!input.peek()) return PENDING
    const item = this.#slot.item as T
    this.#latest = input
    this.#latestIndex = input.input.count - 1
    this.#given++
    this.#slot.item = this.#slot.input = undefined
    return item
  }
}
