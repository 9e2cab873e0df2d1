import { ItemError } from './item-error.ts'
import type { Origin } from './origin.ts'
import { show } from './show.ts'

/** An input of a merge is not sorted. */
export class OrderError extends ItemError {
  override get name(): string {
    return 'OrderError'
  }
  readonly code = 'ERR_FANPIPE_ORDER'
  readonly previousKey: unknown
  readonly key: unknown
  constructor(origin: Origin, index: number, previousKey: unknown, key: unknown, hint: string) {
    super(
      origin,
      index,
      ` is not sorted: ${origin.item(index)} has the key ${show(key)} after ${show(previousKey)}; ${hint}`,
    )
    this.previousKey = previousKey
    this.key = key
  }
}

/** An item of `mergeBoundedLateness` arrived too late to be put in order. */
export class LateError extends ItemError {
  override get name(): string {
    return 'LateError'
  }
  readonly code = 'ERR_FANPIPE_LATE'
  /** How far the item's time is behind the newest of its input, or behind what has been emitted. */
  readonly lateness: number
  /** `allowed` is the option `lateness`; undefined if the item is within it, but its input was idle. */
  constructor(origin: Origin, index: number, lateness: number, allowed: number | undefined) {
    const [problem, option] =
      allowed === undefined
        ? [`${lateness} behind what was emitted while its input was idle`, 'idle']
        : [`${lateness} late, and lateness allows ${allowed}`, 'lateness']
    super(
      origin,
      index,
      `, ${origin.item(index)} is ${problem}: raise ${option}, or choose with \`late\` what happens to late items`,
    )
    this.lateness = lateness
  }
}

/** A key or a time that cannot be used: it has no place in the natural order, or it is out of place. */
export class KeyError extends ItemError {
  override get name(): string {
    return 'KeyError'
  }
  readonly code = 'ERR_FANPIPE_KEY'
  readonly key: unknown
  constructor(origin: Origin, index: number, key: unknown, problem: string) {
    super(origin, index, `, ${origin.item(index)}: ${problem}`)
    this.key = key
  }
}
