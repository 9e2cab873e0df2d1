import { arrayLength, callback, check } from '../kernel/options.ts'
import { show } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { same } from './ensure-contiguous.ts'
import { none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

export interface RollingAverageByMaker<F extends FaceName> {
  /**
   * A stage that yields the average of the last `width` values, from the `width`-th on, in every run of items with the
   * same key. For telemetry sorted by device, for example, that is one series per device.
   *
   * Order: the order of the input.
   *
   * Memory: `width` values.
   *
   * Emits when: a value arrives and the window is full.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for a value that is not a number; what `key` and `value` throw,
   * unchanged.
   *
   * The sum of a window is kept in two stacks, so that an item costs the same whatever the width. Nothing is ever
   * subtracted, so rounding errors do not accumulate.
   *
   * See also: `valuesAfter(width, key)`, which yields the matching items, 1:1; `ensureContiguous`.
   *
   * @example
   * const average = rollingAverageBy((at: [string, number]) => at[0], (at) => at[1], 2)
   * Array.from(average([['a', 1], ['a', 3], ['a', 5], ['b', 9]])) // => [{ key: 'a', average: 2 }, { key: 'a', average: 4 }]
   */
  <A, K>(
    key: (item: A, index: number) => K | PromiseLike<K>,
    value: (item: A, index: number) => number | PromiseLike<number>,
    width: number,
  ): StageOf<F, A, { key: K; average: number }>
}

export const rollingAverageBy: RollingAverageByMaker<'iter'> = <A, K>(
  key: (item: A, index: number) => K | PromiseLike<K>,
  value: (item: A, index: number) => number | PromiseLike<number>,
  width: number,
): SyncStage<A, { key: K; average: number }> => {
  check(key, 'key', callback)
  check(value, 'value', callback)
  check(width, 'width', arrayLength)
  return toStage(
    stepPlan((place) => {
      let run: { readonly key: K; readonly sum: WindowSum } | undefined
      const add = (itemKey: K, number: number, index: number): unknown => {
        if (typeof number !== 'number' || Number.isNaN(number)) {
          throw badItem(place, index, `: the value ${show(number)} is not a number`)
        }
        if (run === undefined || !same(run.key, itemKey)) run = { key: itemKey, sum: new WindowSum() }
        const { sum } = run
        if (sum.length === width) sum.shift()
        sum.push(number)
        return sum.length < width ? none : { key: itemKey, average: sum.total / width }
      }
      const addItem = (itemKey: K, item: A, index: number): unknown => {
        const number = value(item, index)
        return isThenable(number)
          ? Promise.resolve(number).then((resolved) => add(itemKey, resolved, index))
          : add(itemKey, number, index)
      }
      return (item, index) => {
        const itemKey = key(item, index)
        return isThenable(itemKey)
          ? Promise.resolve(itemKey).then((resolved) => addItem(resolved, item, index))
          : addItem(itemKey, item, index)
      }
    }, 'key or value'),
  )
}

/** A queue with a running total, made of two stacks: `#back` holds new values, `#front` the running sums of older ones. */
class WindowSum {
  #back: number[] = []
  /** The sum of `#back`. */
  #backSum = 0
  /** For each older value, its sum with all values after it that were moved here; the oldest is on top. */
  #front: number[] = []

  get length(): number {
    return this.#front.length + this.#back.length
  }

  get total(): number {
    return (this.#front.at(-1) ?? 0) + this.#backSum
  }

  push(value: number): void {
    this.#back.push(value)
    this.#backSum += value
  }

  shift(): void {
    if (this.#front.length === 0) {
      let sum = 0
      for (let i = this.#back.length - 1; i >= 0; i--) this.#front.push((sum += this.#back[i] as number))
      this.#back = []
      this.#backSum = 0
    }
    this.#front.pop()
  }
}
