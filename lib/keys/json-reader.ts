import type { TimeReader } from './iso-reader.ts'
import { elementAt, isEndOfValue, memberAt } from './json-members.ts'
import { endOfNumber, quotedReader } from './quoted-reader.ts'
import { QUOTE } from './quoted-text.ts'

/** The names of one step of a path, and the index that the step is in an array. */
interface Step {
  readonly names: readonly string[]
  readonly index: number | undefined
}

/** Without a path, the time is the first of these members that the object has. */
const USUAL = ['time', 'ts', 'timestamp', '@timestamp', 'date']

const isIndex = /^(?:0|[1-9]\d{0,8})$/

const stepOf = (name: string): Step => ({
  names: [name],
  index: isIndex.test(name) ? Number(name) : undefined,
})

/** Reads the time of the object that begins at a position. */
export function jsonReader(
  path: readonly (string | number)[] | undefined,
  iso: TimeReader,
  epoch: TimeReader,
): TimeReader {
  const steps = path?.map((name) => stepOf(String(name))) ?? [{ names: USUAL, index: undefined }]
  const quoted = quotedReader(iso, epoch)
  return (text, at) => {
    for (const { names, index } of steps) {
      const member = memberAt(text, at, names)
      at = member < 0 && index !== undefined ? elementAt(text, at, index) : member
      if (at < 0) return NaN
    }
    if (text.charCodeAt(at) === QUOTE) return quoted(text, at)
    const end = endOfNumber(text, at)
    // A number that ends the text may have been cut.
    return isEndOfValue(text.charCodeAt(end)) ? epoch(text.slice(at, end), 0) : NaN
  }
}
