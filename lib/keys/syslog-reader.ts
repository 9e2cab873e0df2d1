import { clockReader, type OffsetReader } from './clock-reader.ts'
import type { TimeReader } from './iso-reader.ts'
import { monthAt } from './time-calendar.ts'
import { COLON, digitAt, endOfDigits, SPACE, twoDigits } from './time-digits.ts'
import type { ToUtc } from './time-zone.ts'
import { yearlessReader, type YearOptions } from './yearless-reader.ts'

/** Reads `Oct 11 22:14:15`, as in RFC 3164, which begins at a position. */
export function syslogReader(years: YearOptions, toUtc: ToUtc, ending: OffsetReader): TimeReader {
  const read = yearlessReader(
    years,
    clockReader(toUtc, (text, at) => (isYearAfter(text, at) ? NaN : ending(text, at))),
  )
  return (text, at) => {
    if (text.charCodeAt(at + 3) !== SPACE || text.charCodeAt(at + 6) !== SPACE) return NaN
    const day = text.charCodeAt(at + 4) === SPACE ? digitAt(text, at + 5) : twoDigits(text, at + 4)
    return read(text, at + 7, monthAt(text, at), day)
  }
}

const CLOSE_BRACKET = 93

/** Whether a year follows after all, as in `Oct 11 22:14:15 2003`, and not a host such as `2001:db8::1`. */
function isYearAfter(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== SPACE || endOfDigits(text, at + 1) !== at + 5) return false
  const end = text.charCodeAt(at + 5) === COLON ? at + 6 : at + 5
  const code = text.charCodeAt(end)
  return end === text.length || code === SPACE || code === CLOSE_BRACKET
}
