/** Inputs in which some items have no key, and their expected merge, computed eagerly. */

import fc from 'fast-check'
import type { Face } from './faces.ts'

export interface Line {
  readonly key: number | undefined
  readonly source: number
  readonly index: number
}

export const keyOfLine = ({ key }: Line): number | undefined => key

const keys = fc.array(fc.option(fc.nat(4), { nil: undefined, freq: 2 }), { maxLength: 12 })

/** For each of several inputs, the differences between successive keys. */
export const steps = fc.array(keys, { minLength: 1, maxLength: 5 })

/** Lines with ascending keys, or descending ones under `reverse`. */
export const linesOf = (steps: readonly (readonly (number | undefined)[])[], reverse = false): Line[][] =>
  steps.map((input, source) => {
    let at = 0
    return input.map((step, index) => ({
      key: step === undefined ? undefined : (at += reverse ? -step : step),
      source,
      index,
    }))
  })

/** Groups items into records: an item without a key joins the item before it, or starts the first record. */
export function recordsOf<T>(input: readonly T[], isKeyless: (item: T) => boolean): T[][] {
  const records: T[][] = []
  for (const item of input) {
    const last = records.at(-1)
    if (last === undefined || !isKeyless(item)) records.push([item])
    else last.push(item)
  }
  return records
}

/** Merges the records of all inputs; `rank` gives the sort key of a record's first item. */
export const mergedRecords = <T>(
  inputs: readonly (readonly T[])[],
  isKeyless: (item: T) => boolean,
  rank: (item: T) => number,
): T[] =>
  inputs
    .flatMap((input) => recordsOf(input, isKeyless))
    .map((record) => ({ record, at: isKeyless(record[0] as T) ? -Infinity : rank(record[0] as T) }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
    .flatMap(({ record }) => record)

export const mergedLines = (inputs: readonly (readonly Line[])[], reverse = false): Line[] =>
  mergedRecords(
    inputs,
    ({ key }) => key === undefined,
    ({ key }) => (key as number) * (reverse ? -1 : 1),
  )

/** The inputs as sources for this face; where the face can wait, the scheduler decides when each result arrives. */
export const delayed = <T>(
  face: Pick<Face, 'name'>,
  scheduler: fc.Scheduler,
  inputs: readonly (readonly T[])[],
): Iterable<T>[] =>
  inputs.map((input) => {
    if (face.name === 'iter') return input
    const source = async function* (): AsyncGenerator<T> {
      for (const item of input) {
        await scheduler.schedule(Promise.resolve())
        yield item
      }
      await scheduler.schedule(Promise.resolve())
    }
    return source() as unknown as Iterable<T>
  })
