import { KeyError, show, showItem } from '../errors.ts'
import { isThenable } from '../kernel/guards.ts'
import { Place } from '../kernel/place.ts'

/** What can be the key of a target: values of which two that look the same are the same. */
export type PartitionKey = string | number | bigint | boolean | symbol

/** Throws a KeyError unless the key can be that of a target. */
export function checkPartitionKey(key: unknown, item: unknown, index: number): asserts key is PartitionKey {
  const problem = keyProblem(key, item)
  if (problem !== undefined) throw new KeyError(Place.root(), index, key, problem)
}

function keyProblem(key: unknown, item: unknown): string | undefined {
  if (isThenable(key))
    return `the key of ${showItem(item)} is a promise, and keys are not awaited: compute it in an async \`map\` before the sink`
  if (key === undefined || key === null || Number.isNaN(key))
    return `no key was found in ${showItem(item)}, the key is ${show(key)}: use a \`key\` function that finds one in every item, or filter such items out before`
  if (typeof key === 'object' || typeof key === 'function')
    return `the key of ${showItem(item)} is ${show(key)}, and no two of those are the same key: return a string or a number`
  return undefined
}
