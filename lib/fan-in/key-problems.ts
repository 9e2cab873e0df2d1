import { show, showItem } from '../errors.ts'
import { ambiguousZoneIn } from '../keys/time-zone-names.ts'
import { isObject, isThenable } from '../kernel/guards.ts'

/** What the keys of a natural order have in common. */
export type KeyKind = 'numbers' | 'strings' | 'Dates'

/** The last advice about keys that cannot be used, or that are out of order. */
export const anyOrder = 'if the order does not matter, mergeReady takes items as they arrive'

/** Why a key cannot be used, and what to do; `kind` is that of the keys before it, if there were any. */
export const keyProblem = (key: unknown, item: unknown, kind: KeyKind | undefined): string =>
  `${unusableKey(key, item, kind)}; ${anyOrder}`

/** Why a time cannot be used, and what to do. */
export const timeProblem = (time: unknown, item: unknown): string =>
  `${unusableTime(time, item)}; ${anyOrder}`

/** NaN and an invalid Date are what parsing gives where it found nothing. */
export const isMissing = (key: unknown): boolean =>
  key === undefined ||
  key === null ||
  Number.isNaN(key) ||
  (key instanceof Date && Number.isNaN(key.getTime()))

function unusableKey(key: unknown, item: unknown, kind: KeyKind | undefined): string {
  const ofItem = itemSuffix(key, item)
  if (isThenable(key))
    return `the key${ofItem} is a promise, and keys are not awaited: compute it in an async \`map\` before the merge`
  if (isMissing(key))
    return `no key was found in ${showItem(item)}, the key is ${show(key)}: ${adviceOnMissing('key', item)}`
  const type = typeName(key)
  if (type === undefined)
    return `the key${ofItem} is ${show(key)}, not a number, a bigint, a string or a Date: pass \`compare\` to order other keys`
  return `the key ${show(key)}${ofItem} is ${type}; earlier keys were ${kind}: use a \`key\` function that always gives the same type`
}

function unusableTime(time: unknown, item: unknown): string {
  const ofItem = itemSuffix(time, item)
  if (isThenable(time))
    return `the time${ofItem} is a promise, and times are not awaited: compute it in an async \`map\` before the merge`
  if (isMissing(time))
    return `no time was found in ${showItem(item)}, the time is ${show(time)}: ${adviceOnMissing('time', item)}`
  return `the time ${show(time)}${ofItem} is not a finite number or a valid Date: pass a \`time\` function that returns one`
}

function adviceOnMissing(option: 'key' | 'time', item: unknown): string {
  const zone = typeof item === 'string' ? ambiguousZoneIn(item) : undefined
  const advice =
    zone === undefined
      ? ''
      : `if ${zone} is its time zone, give its offset in the option \`zones\` of the \`${option}\` function; otherwise `
  return `${advice}use \`keyless: 'follow'\` to keep such an item with the one before it, \`multiline\` to join such lines to the one before, or another \`${option}\` function`
}

/** A primitive item that is its own key is not shown twice. */
const itemSuffix = (key: unknown, item: unknown): string =>
  key === item && !isObject(item) ? '' : ` of ${showItem(item)}`

function typeName(key: unknown): string | undefined {
  if (typeof key === 'number') return 'a number'
  if (typeof key === 'bigint') return 'a bigint'
  if (typeof key === 'string') return 'a string'
  return key instanceof Date ? 'a Date' : undefined
}
