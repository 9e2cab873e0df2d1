import { FormatError, type FormatErrorOptions } from '../errors.ts'
import { withOrigin, type Place } from '../kernel/place.ts'

/**
 * The error for an item that a stage cannot use, named as its source names it: `row 12: no column "n"`. `problem` follows that
 * name, and begins with its punctuation.
 */
export function badItem(
  place: Place,
  index: number,
  problem: string,
  options: FormatErrorOptions = {},
): FormatError {
  const name = place.inputName(index) ?? `item ${index}`
  const line = place.inputLine(index)
  return withOrigin(new FormatError(place, index, `${name}${problem}`, { line, ...options }), place)
}

/** The items that this stage outputs have the index of those that it was given, and are named in the same way. */
export function keepNames(place: Place): void {
  place.nameItems({ name: (index) => place.inputName(index), line: (index) => place.inputLine(index) })
}
