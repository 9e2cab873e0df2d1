import ms from 'ms'
import { LateError, OrderError } from '../errors.ts'
import { DataError, labelOf } from './failure.ts'
import type { MergeSettings } from './merge-settings.ts'
import { isTimed } from './line-key.ts'

/** The error of a merge, in one line that names the option to use; other errors as they are. */
export function explainMerge(error: unknown, settings: MergeSettings): unknown {
  if (error instanceof LateError) {
    const by = ms(Math.ceil(error.lateness))
    return new DataError(`${placeOf(error)}: ${by} late: give --late more than that`)
  }
  if (!(error instanceof OrderError)) return error
  const { key, previousKey } = error
  const isTime = isTimed(settings.keys) && typeof key === 'number' && typeof previousKey === 'number'
  const show = isTime ? (time: unknown) => new Date(time as number).toISOString() : String
  const back = isTime ? Math.abs(previousKey - key) : undefined
  const late = back === undefined ? 'sort the file first' : `give --late ${Math.ceil(back / 1000)}s or more`
  const [relation, other] = settings.isReversed
    ? ['later than', 'leave out --reverse if the files are in ascending order']
    : ['earlier than', 'give --reverse if the files are in descending order']
  return new DataError(
    `${placeOf(error)}: ${show(key)} is ${relation} ${show(previousKey)} before it: ${late}, or ${other}`,
  )
}

const placeOf = (error: OrderError | LateError): string => `${labelOf(error)}, line ${error.index + 1}`
