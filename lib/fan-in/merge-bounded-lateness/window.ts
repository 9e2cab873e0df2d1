import type { Lender } from '../../kernel/cursor.ts'
import type { Failure } from '../../kernel/failure.ts'
import { Heap } from './heap.ts'
import type { TimedInput } from './timed-input.ts'

/** An item that waits for its turn, or the error of an input, whose turn comes after all items that the input gave. */
export interface Entry<T> {
  readonly time: number
  /** The index of the input. */
  readonly input: number
  /** The index of the item within its input. */
  readonly index: number
  readonly item: T | undefined
  readonly failure?: Failure
  readonly lender?: Lender<T> | undefined
}

const winsTie = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.input < b.input || (a.input === b.input && a.index < b.index)

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.time < b.time || (a.time === b.time && winsTie(a, b))

/** The items that were taken from the inputs but may not be emitted yet, because an earlier one may still come. */
export class Window<T> extends Heap<Entry<T>> {
  /** The time of the last item that was emitted. */
  released = -Infinity

  constructor() {
    super(isBefore)
  }

  /** Whether the first entry can be emitted: its time is not above the slowest watermark, and it does not lose a tie. */
  isDue(slowest: TimedInput<T> | undefined): boolean {
    const { top } = this
    if (top === undefined) return false
    if (slowest === undefined) return true
    return top.time < slowest.key || (top.time === slowest.key && top.input <= slowest.index)
  }

  /** The input to take an item from while the first entry cannot be emitted. */
  inputToPull(slowest: TimedInput<T>): TimedInput<T> {
    return slowest
  }

  /** The input was idle, and has an answer again. */
  reactivate(input: TimedInput<T>): void {
    input.reactivate()
  }

  /** The items that have not been emitted, those of each input in its order. */
  waiting(): readonly Entry<T>[] {
    return this.entries
      .filter(({ failure }) => failure === undefined)
      .sort((a, b) => a.input - b.input || a.index - b.index)
  }

  pushFailure({ newest, index }: TimedInput<T>, failure: Failure): void {
    this.push({ time: newest, input: index, index: Infinity, item: undefined, failure })
  }
}
