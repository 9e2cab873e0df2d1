import { FormatError, LimitError, type FormatErrorOptions } from '../errors.ts'
import { withOrigin, type Place } from '../kernel/place.ts'

/**
 * The error for an item that the stage at this place cannot use, named as its source names it: `row 12: no column "n"`. `problem`
 * follows that name, and begins with its punctuation.
 */
export function badItem(
  stage: Place,
  index: number,
  problem: string,
  options: FormatErrorOptions = {},
): FormatError {
  const { place, index: traced } = stage.inputOrigin(index)
  const what = `${place.item(traced)}${problem}`
  return withOrigin(new FormatError(place, traced, what, { line: place.line(traced), ...options }), place)
}

/** The items that the stage at this place outputs have the index of those that it was given, and are named in the same way. */
export function keepNames(stage: Place): void {
  stage.traceItems((index) => stage.inputOrigin(index))
}

/** The error for an item with which the stage at this place exceeds a limit; `problem` is as above. */
export function overLimit(stage: Place, index: number, limit: number, problem: string): LimitError {
  const { place, index: traced } = stage.inputOrigin(index)
  return withOrigin(new LimitError(place, traced, limit, `${place.item(traced)}${problem}`), place)
}
