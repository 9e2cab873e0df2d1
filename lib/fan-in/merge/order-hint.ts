import { zoneOf } from '../../keys/zone-of-key.ts'
import { anyOrder } from '../key-problems.ts'

/** What is known about the order that an input breaks. */
export interface BrokenOrder {
  readonly reverse: boolean
  /** Whether keys are ordered by a `compare` function of the user. */
  readonly isCompared: boolean
  /** Whether no key of this input has come after its first one. */
  readonly neverRose: boolean
  readonly keyFunction: object | undefined
}

/** What to do about an input whose key comes before the key of the item before it. */
export function orderHint(previousKey: unknown, key: unknown, order: BrokenOrder): string {
  const hints: string[] = []
  if (order.neverRose)
    hints.push(
      order.reverse
        ? 'if it is in ascending order, leave out `reverse`'
        : 'if it is in descending order, use `reverse`',
    )
  if (order.isCompared) hints.push('if it is sorted by another rule, change `compare`')
  else if (isNumericText(previousKey) && isNumericText(key))
    hints.push('these keys are strings, which compare character by character: use `Number` in `key`')
  else if (typeof key === 'number' || key instanceof Date)
    hints.push('if it is nearly sorted by time, use mergeBoundedLateness')
  else hints.push('sort it first')
  const zone = order.keyFunction === undefined ? undefined : zoneOf(order.keyFunction)
  if (zone !== undefined)
    hints.push(
      `times in the zone ${zone} go backwards when its clocks are set back, once a year: allow for that hour with mergeBoundedLateness`,
    )
  hints.push(anyOrder)
  return hints.join('; ')
}

const isNumericText = (key: unknown): boolean =>
  typeof key === 'string' && key.trim() !== '' && Number.isFinite(Number(key))
