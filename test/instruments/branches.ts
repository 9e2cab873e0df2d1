/** Joins several branches into one output, so that the laws, which look at a single output, also cover fan-outs. */
import { Readable } from 'node:stream'
import type { Face } from './faces.ts'

/** An item and the branch that delivered it. */
export type Turn<T> = readonly [branch: number, item: T]

/**
 * Reads one item from each branch listed in `turns`, over and over: branches are read at different speeds, but in a fixed order.
 * An error has to reach every branch, after the items that the branch still holds.
 */
export function inTurns<T>(
  face: Face,
  branches: readonly Iterable<T>[],
  turns: readonly number[],
): AsyncIterable<Turn<T>> {
  return { [Symbol.asyncIterator]: () => readInTurns(face, branches, turns) }
}

async function* readInTurns<T>(
  face: Face,
  branches: readonly Iterable<T>[],
  turns: readonly number[],
): AsyncGenerator<Turn<T>, void, undefined> {
  const iterators = branches.map((branch) => face.iterate(branch))
  const over = new Set<number>()
  const errors: unknown[] = []
  try {
    while (over.size < branches.length) {
      for (const branch of turns) {
        if (over.has(branch)) continue
        const item = await taken(iterators[branch] as AsyncIterator<T>)
        if ('value' in item) yield [branch, item.value]
        else over.add(branch)
        if ('error' in item) errors.push(item.error)
      }
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()))
    // return() on an iterator whose next() was never called does not destroy its Readable.
    for (const branch of branches) if (branch instanceof Readable) branch.destroy()
  }
  if (errors.length === 0) return
  if (errors.length < branches.length) throw new Error('an error did not reach every branch')
  throw errors[0]
}

async function taken<T>(
  iterator: AsyncIterator<T>,
): Promise<{ value: T } | { error: unknown } | { done: true }> {
  try {
    const result = await iterator.next()
    return result.done === true ? { done: true } : { value: result.value }
  } catch (error) {
    return { error }
  }
}

/** The expected result of `inTurns`, computed eagerly, where every branch delivers these items. */
export function turnsOf<T>(items: readonly T[], turns: readonly number[]): Turn<T>[] {
  const positions = new Map<number, number>()
  const out: Turn<T>[] = []
  const total = new Set(turns).size * items.length
  while (out.length < total) {
    for (const branch of turns) {
      const position = positions.get(branch) ?? 0
      if (position === items.length) continue
      out.push([branch, items[position] as T])
      positions.set(branch, position + 1)
    }
  }
  return out
}
