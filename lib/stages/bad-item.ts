import { FormatError, LimitError, type FormatErrorOptions } from '../errors.ts'
import { withOrigin, type Place } from '../kernel/place.ts'

/** Creates an error about an item that the stage at this place was given, at the place and with the index that it came from. */
export function itemError<E extends Error>(
  stage: Place,
  index: number,
  create: (place: Place, index: number) => E,
): E {
  const origin = stage.inputOrigin(index)
  return withOrigin(create(origin.place, origin.index), origin.place)
}

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
  return itemError(stage, index, (place, traced) => {
    const what = `${place.item(traced)}${problem}`
    return new FormatError(place, traced, what, { line: place.line(traced), ...options })
  })
}

/** The error for an item with which the stage at this place exceeds a limit; `problem` follows the name of the item. */
export function overLimit(stage: Place, index: number, limit: number, problem: string): LimitError {
  return itemError(
    stage,
    index,
    (place, traced) => new LimitError(place, traced, limit, `${place.item(traced)}${problem}`),
  )
}
