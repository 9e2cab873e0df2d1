import { show, showItem } from '../errors.ts'
import { isObject, isThenable } from '../kernel/guards.ts'
import { zoneOf } from '../keys/zone-of-key.ts'

/** What keys of a natural order are, all of them. */
export type Kind = 'numbers' | 'strings' | 'Dates'

/** Why a key cannot be used, and what to do; `kind` is that of the keys before it. */
export function keyProblem(key: unknown, item: unknown, kind: Kind | undefined): string {
  const of = ofItem(key, item)
  if (isThenable(key))
    return `the key${of} is a promise, and keys are not awaited: compute it in an async \`map\` before the merge`
  if (isMissing(key))
    return `no key was found in ${showItem(item)}, the key is ${show(key)}: use a \`key\` function that finds one in every item, or filter such items out before`
  const type = typeOf(key)
  if (type === undefined)
    return `the key${of} is ${show(key)}, not a number, a bigint, a string or a Date: give \`compare\` to order other keys`
  return `the key ${show(key)}${of} is ${type}; earlier keys were ${kind}: use a \`key\` function that always gives the same type`
}

/** Why a time cannot be used, and what to do. */
export function timeProblem(time: unknown, item: unknown): string {
  const of = ofItem(time, item)
  if (isThenable(time))
    return `the time${of} is a promise, and times are not awaited: compute it in an async \`map\` before the merge`
  if (isMissing(time))
    return `no time was found in ${showItem(item)}, the time is ${show(time)}: use a \`time\` function that finds one in every item, or filter such items out before`
  return `the time ${show(time)}${of} is not a finite number or a valid Date: give a \`time\` function that returns one`
}

/** A simple key that is the item itself need not be shown twice. */
const ofItem = (key: unknown, item: unknown): string =>
  key === item && !isObject(item) ? '' : ` of ${showItem(item)}`

/** NaN is what a function gives that has looked for a number and found none. */
const isMissing = (key: unknown): boolean =>
  key === undefined ||
  key === null ||
  Number.isNaN(key) ||
  (key instanceof Date && Number.isNaN(key.getTime()))

function typeOf(key: unknown): string | undefined {
  if (typeof key === 'number') return 'a number'
  if (typeof key === 'bigint') return 'a bigint'
  if (typeof key === 'string') return 'a string'
  return key instanceof Date ? 'a Date' : undefined
}

/** What to do with an input whose key came after a greater one (under `reverse`, a smaller one). */
export function orderHint(
  previous: unknown,
  key: unknown,
  order: {
    readonly reverse: boolean
    readonly compared: boolean
    readonly neverRose: boolean
    readonly by: object | undefined
  },
): string {
  const hints: string[] = []
  if (order.neverRose)
    hints.push(
      order.reverse
        ? 'if it is in ascending order, leave out `reverse`'
        : 'if it is in descending order, use `reverse`',
    )
  if (order.compared) hints.push('if it is sorted by another rule, change `compare`')
  else if (isNumeric(previous) && isNumeric(key))
    hints.push('these keys are strings, which compare character by character: use `Number` in `key`')
  else if (typeof key === 'number' || key instanceof Date)
    hints.push('if it is nearly sorted by time, use mergeBoundedLateness')
  else hints.push('sort it first')
  const zone = order.by === undefined ? undefined : zoneOf(order.by)
  if (zone !== undefined)
    hints.push(
      `times in the zone ${zone} go backwards when its clocks are set back, once a year: allow for that hour with mergeBoundedLateness`,
    )
  return hints.join('; ')
}

const isNumeric = (key: unknown): boolean =>
  typeof key === 'string' && key.trim() !== '' && Number.isFinite(Number(key))
