import { clockReader, type OffsetReader } from './clock-reader.ts'
import type { TimeReader } from './iso-reader.ts'
import { monthAt } from './time-calendar.ts'
import { digitAt, isDigitAt, lengthAt, SPACE, twoDigits } from './time-digits.ts'
import type { ToUtc } from './time-zone.ts'
import { yearlessReader, type YearOptions } from './yearless-reader.ts'

/** Reads `Oct 11 22:14:15`, as in RFC 3164, which begins at a position. */
export function syslogReader(years: YearOptions, toUtc: ToUtc, ending: OffsetReader): TimeReader {
  const read = yearlessReader(
    years,
    clockReader(toUtc, (text, at) => {
      const offset = ending(text, at)
      return isYearAt(text, offset === undefined ? at : endOfZone(text, at)) ? NaN : offset
    }),
  )
  return (text, at) => {
    if (text.charCodeAt(at + 3) !== SPACE || text.charCodeAt(at + 6) !== SPACE) return NaN
    const day = text.charCodeAt(at + 4) === SPACE ? digitAt(text, at + 5) : twoDigits(text, at + 4)
    return read(text, at + 7, monthAt(text, at), day)
  }
}

/** The position behind an offset or the name of a zone. */
const endOfZone = (text: string, at: number): number => at + lengthAt(ZONE, text, at)

const ZONE = / ?\w*(?:[+-]\d+)?(?::\d\d)?/y

/** Whether there is a year after all, as in `Oct 11 22:14:15 2003`, and not a host such as `2001:db8::1`. */
const isYearAt = (text: string, at: number): boolean =>
  isDigitAt(text, at + 1) && lengthAt(YEAR, text, at) > 0

const YEAR = /[ \t]\d{4}:?(?![\p{L}\p{N}_.:/%@-])/uy
