import { withOrigin, type Place } from '../kernel/place.ts'
import { FormatError } from '../errors.ts'

/** UTF-32 comes first, because one of its marks begins with one of UTF-16. */
const MARKS = [
  { encoding: 'utf-32', mark: Buffer.from([0xff, 0xfe, 0, 0]) },
  { encoding: 'utf-32', mark: Buffer.from([0, 0, 0xfe, 0xff]) },
  { encoding: 'utf-16le', mark: Buffer.from([0xff, 0xfe]) },
  { encoding: 'utf-16be', mark: Buffer.from([0xfe, 0xff]) },
  { encoding: 'utf-8', mark: Buffer.from([0xef, 0xbb, 0xbf]) },
]

/** The encoding whose byte order mark a text begins with; undefined if it begins with none. */
export const markedEncoding = (start: Uint8Array): string | undefined =>
  MARKS.find(({ mark }) => mark.equals(start.subarray(0, mark.length)))?.encoding

export const UNKNOWN = -1

/**
 * The length of the byte order mark at the start of a text; UNKNOWN if more bytes are needed to decide. In a UTF encoding, the
 * mark of another one is an error; in other encodings, such as Latin-1, the same bytes may be text.
 */
export function markLength(start: Uint8Array, encoding: string, last: boolean, place: Place): number {
  for (const { encoding: marked, mark } of MARKS) {
    const compared = Math.min(start.length, mark.length)
    if (!mark.subarray(0, compared).equals(start.subarray(0, compared))) continue
    if (compared === mark.length) {
      if (marked === encoding) return compared
      if (marked !== 'utf-8' && encoding.startsWith('utf-'))
        throw withOrigin(wrongMark(marked, mark, place), place)
    } else if (!last) return UNKNOWN
  }
  return 0
}

function wrongMark(marked: string, mark: Buffer, place: Place): FormatError {
  const begins = `line 1: the text begins with the byte order mark of ${marked.toUpperCase()} (${mark.toString('hex')})`
  const advice =
    marked === 'utf-32'
      ? ', which no encoding reads: convert it to UTF-8 first'
      : `: give encoding: '${marked}'`
  return new FormatError(place, 0, begins + advice, { line: 1, column: 1 })
}
