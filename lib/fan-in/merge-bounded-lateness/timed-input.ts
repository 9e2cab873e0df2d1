import { PENDING, type Cursor, type Lender, type Step } from '../../kernel/cursor.ts'
import type { Place } from '../../kernel/place.ts'
import type { Player } from '../tournament.ts'

/** An input whose items are nearly sorted by time. */
export class TimedInput<T> implements Player<number> {
  readonly index: number
  readonly cursor: Cursor<T>
  readonly place: Place
  readonly #lateness: number
  /** The watermark: no item of this input may be earlier, or it is late. Infinity while the input is idle. */
  key = -Infinity
  /** Whether the input has ended or failed. */
  out = false
  isIdle = false
  /** The greatest time so far. */
  newest = -Infinity
  /** How many items it has given. */
  count = 0
  /** What the input has answered, if it was polled before its answer could be taken. */
  answer: Step<T> = PENDING
  /** Of the item that was taken last; always undefined if no input is left open. */
  lender: Lender<T> | undefined
  /** What the idle timer read when the input first had no answer; undefined while it owes none. */
  owesSince: number | undefined

  constructor(index: number, cursor: Cursor<T>, place: Place, lateness: number) {
    this.index = index
    this.cursor = cursor
    this.place = place
    this.#lateness = lateness
  }

  /** Raises the watermark if an item is newer than all before it. */
  advance(time: number): void {
    if (time <= this.newest) return
    this.newest = time
    this.key = time - this.#lateness
  }

  /** Stops the input from holding up the others. */
  deactivate(): void {
    this.isIdle = true
    this.key = Infinity
  }

  reactivate(): void {
    this.isIdle = false
    this.key = this.newest - this.#lateness
  }
}
