import { isMissing } from '../key-problems.ts'
import { Admission } from './admission.ts'
import { checkedTime } from './checked-time.ts'
import type { FollowWindow } from './follow-window.ts'
import type { LateItems } from './late-items.ts'
import type { LatenessOptions } from './lateness-options.ts'
import type { TimedInput } from './timed-input.ts'

/** The option `keyless: 'follow'`: an item without a time is treated as the one before it of the same input was. */
export class FollowAdmission<T> extends Admission<T> {
  readonly #window: FollowWindow<T>

  constructor(options: LatenessOptions<T>, lateItems: LateItems<T>, window: FollowWindow<T>) {
    super(options, lateItems, window)
    this.#window = window
  }

  override admit(input: TimedInput<T>, item: T): void {
    const given: unknown = this.time === undefined ? item : this.time(item)
    if (isMissing(given)) {
      this.#follow(input, item)
      return
    }
    const time = checkedTime(given, item, input)
    Object.assign(this.#window.latestOf(input), { tail: undefined, isEmitted: false, late: undefined })
    this.admitAt(time, input, item)
  }

  protected override onLate(
    item: T,
    input: TimedInput<T>,
    index: number,
    lateness: number,
    allowed?: number,
  ): void {
    this.#window.latestOf(input).late = { lateness, allowed }
    super.onLate(item, input, index, lateness, allowed)
  }

  #follow(input: TimedInput<T>, item: T): void {
    const { late } = this.#window.latestOf(input)
    const index = input.count++
    if (late === undefined) this.#window.pushFollower(input, index, item)
    else this.lateItems.add(item, input, index, late.lateness, late.allowed)
  }
}
