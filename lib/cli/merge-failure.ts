import { KeyError, LateError, OrderError } from '../errors.ts'
import { DataError, labelOf } from './failure.ts'
import type { MergeSettings } from './merge-settings.ts'

/** Whether `--late` would have prevented an error. */
export const needsLate = (error: unknown, { isTimed, isReversed }: MergeSettings): boolean =>
  error instanceof LateError || (error instanceof OrderError && isTimed && !isReversed)

/**
 * The error of a merge, in one line that names the option to use; other errors as they are. `needed` is the lateness that is
 * enough for all files, if that is known.
 */
export function explainMerge(error: unknown, settings: MergeSettings, needed: number | undefined): unknown {
  const enough = (lateness: number): string =>
    needed === undefined ? `--late ${secondsOf(lateness)} or more` : `--late ${secondsOf(needed)}`
  if (error instanceof LateError)
    return new DataError(
      `${placeOf(error)}: ${secondsOf(error.lateness)} late: give ${enough(error.lateness)}`,
    )
  if (error instanceof KeyError) {
    const [kind, other] = typeof error.key === 'string' ? ['text', 'numbers'] : ['a number', 'text']
    const problem = `${String(error.key)} is ${kind}, but the keys before it are ${other}`
    return new DataError(`${placeOf(error)}: ${problem}: give --numeric to read text as numbers`)
  }
  if (!(error instanceof OrderError)) return error
  const { key, previousKey } = error
  const isTime = settings.isTimed && typeof key === 'number' && typeof previousKey === 'number'
  const [shown, before] = isTime ? [key, previousKey].map(showTime) : [key, previousKey].map(String)
  const isNumberAsText = [key, previousKey].every((text) => typeof text === 'string' && /^-?\d+$/.test(text))
  const remedy =
    isTime && !settings.isReversed
      ? `give ${enough(previousKey - key)}`
      : isNumberAsText
        ? 'give --numeric to compare numbers, not text'
        : 'sort the file first'
  const [less, greater] = isTime ? ['earlier', 'later'] : ['less', 'greater']
  const [relation, other] = settings.isReversed
    ? [greater, 'leave out --reverse if the files are in ascending order']
    : [less, 'give --reverse if the files are in descending order']
  return new DataError(
    `${placeOf(error)}: ${shown} is ${relation} than ${before} before it: ${remedy}, or ${other}`,
  )
}

/** In whole seconds, rounded up, as an option accepts it. */
const secondsOf = (duration: number): string => `${Math.ceil(duration / 1000)}s`

/** With microseconds if there are any. */
function showTime(time: number): string {
  const micros = Math.round((time - Math.floor(time)) * 1000)
  const iso = new Date(Math.floor(time)).toISOString()
  return micros === 0 ? iso : iso.replace('Z', `${String(micros).padStart(3, '0')}Z`)
}

const placeOf = (error: KeyError | OrderError | LateError): string =>
  `${labelOf(error)}, line ${error.index + 1}`
