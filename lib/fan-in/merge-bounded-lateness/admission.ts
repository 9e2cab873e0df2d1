import type { LatenessOptions } from './lateness-options.ts'
import { checkedTime } from './checked-time.ts'
import type { LateItems } from './late-items.ts'
import type { TimedInput } from './timed-input.ts'
import type { Window } from './window.ts'

/** Lets the items of the inputs into the window, except those that are late. */
export class Admission<T> {
  protected readonly time: LatenessOptions<T>['time']
  protected readonly lateItems: LateItems<T>
  protected readonly window: Window<T>
  readonly #lateness: number

  constructor(options: LatenessOptions<T>, lateItems: LateItems<T>, window: Window<T>) {
    this.time = options.time
    this.lateItems = lateItems
    this.window = window
    this.#lateness = options.lateness
  }

  admit(input: TimedInput<T>, item: T): void {
    this.admitAt(checkedTime(this.time === undefined ? item : this.time(item), item, input), input, item)
  }

  protected admitAt(time: number, input: TimedInput<T>, item: T): void {
    const index = input.count++
    if (time < input.key) this.onLate(item, input, index, input.newest - time, this.#lateness)
    else if (time < this.window.released) this.onLate(item, input, index, this.window.released - time)
    else {
      this.window.push({ time, input: input.index, index, item, lender: input.lender })
      input.advance(time)
    }
  }

  protected onLate(item: T, input: TimedInput<T>, index: number, lateness: number, allowed?: number): void {
    this.lateItems.add(item, input, index, lateness, allowed)
  }
}
