import { LateError, OrderError } from '../errors.ts'
import { DataError, labelOf } from './failure.ts'
import type { MergeSettings } from './merge-settings.ts'
import { isTimed } from './line-key.ts'

/** The error of a merge, in one line that names the option to use; other errors as they are. */
export function explainMerge(error: unknown, settings: MergeSettings): unknown {
  if (error instanceof LateError) {
    const by = secondsOf(error.lateness)
    return new DataError(`${placeOf(error)}: ${by} late: give --late ${by} or more`)
  }
  if (!(error instanceof OrderError)) return error
  const { key, previousKey } = error
  const isTime = isTimed(settings.keys) && typeof key === 'number' && typeof previousKey === 'number'
  const [shown, before] = isTime ? [key, previousKey].map(showTime) : [key, previousKey].map(String)
  const late = isTime
    ? `give --late ${secondsOf(Math.abs(previousKey - key))} or more`
    : 'sort the file first'
  const [relation, other] = settings.isReversed
    ? ['later than', 'leave out --reverse if the files are in ascending order']
    : ['earlier than', 'give --reverse if the files are in descending order']
  return new DataError(`${placeOf(error)}: ${shown} is ${relation} ${before} before it: ${late}, or ${other}`)
}

/** In whole seconds, rounded up, as an option accepts it. */
const secondsOf = (duration: number): string => `${Math.ceil(duration / 1000)}s`

/** With microseconds if there are any. */
function showTime(time: number): string {
  const micros = Math.round((time - Math.floor(time)) * 1000)
  const iso = new Date(Math.floor(time)).toISOString()
  return micros === 0 ? iso : iso.replace('Z', `${String(micros).padStart(3, '0')}Z`)
}

const placeOf = (error: OrderError | LateError): string => `${labelOf(error)}, line ${error.index + 1}`
