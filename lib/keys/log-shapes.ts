import { isOpeningAt } from './iso-reader.ts'
import { isBlank, OPEN_BRACE, skipBlanks } from './json-members.ts'
import { QUOTE } from './quoted-text.ts'
import { monthAt } from './time-calendar.ts'
import { COLON, DOT, endOfDigits, isDigitAt, MINUS, SLASH, SPACE, twoDigits } from './time-digits.ts'

const T = 84

const isSeparator = (code: number): boolean => code === MINUS || code === SLASH

/** Whether there is an hour behind `T` or a space, and a colon. */
function isHourAfter(text: string, at: number): boolean {
  const between = text.charCodeAt(at)
  return (
    (between === T || between === SPACE) && twoDigits(text, at + 1) >= 0 && text.charCodeAt(at + 3) === COLON
  )
}

/** `2026-01-31T23:` or `2026/01/31 23:`. */
export const isIsoAt = (text: string, at: number): boolean =>
  isSeparator(text.charCodeAt(at + 4)) &&
  isSeparator(text.charCodeAt(at + 7)) &&
  twoDigits(text, at) >= 0 &&
  twoDigits(text, at + 2) >= 0 &&
  twoDigits(text, at + 5) >= 0 &&
  twoDigits(text, at + 8) >= 0 &&
  isHourAfter(text, at + 10)

/** A date that does not tell its order, such as `17/06/09 20:` or `12.31.2026 23:`. */
export function isAmbiguousAt(text: string, at: number): boolean {
  const separator = text.charCodeAt(at + 2)
  if ((!isSeparator(separator) && separator !== DOT) || text.charCodeAt(at + 5) !== separator) return false
  if (twoDigits(text, at) < 0 || twoDigits(text, at + 3) < 0) return false
  const end = endOfDigits(text, at + 6)
  return (end === at + 8 || end === at + 10) && isHourAfter(text, end)
}

/** `Oct 11 22:`. */
export const isSyslogAt = (text: string, at: number): boolean =>
  text.charCodeAt(at + 3) === SPACE &&
  isHourAfter(text, at + 6) &&
  isDigitAt(text, at + 5) &&
  (text.charCodeAt(at + 4) === SPACE || isDigitAt(text, at + 4)) &&
  monthAt(text, at) > 0

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether a weekday stands before a date, as in `Sun Oct 11 22:14:15 2026`, so that the year follows. */
export const isWeekdayBefore = (text: string, at: number): boolean =>
  text.charCodeAt(at - 1) === SPACE && WEEKDAYS.includes(text.slice(Math.max(0, at - 4), at - 1))

/** `I0131 23:`, with the first letter of info, warning, error or fatal. */
export const isKlogAt = (text: string, at: number): boolean =>
  'IWEF'.includes(text.charAt(at)) &&
  twoDigits(text, at + 1) >= 0 &&
  twoDigits(text, at + 3) >= 0 &&
  text.charCodeAt(at + 5) === SPACE &&
  isHourAfter(text, at + 5)

/** An object with a member. */
export const isObjectAt = (text: string, at: number): boolean =>
  text.charCodeAt(at) === OPEN_BRACE && text.charCodeAt(skipBlanks(text, at + 1)) === QUOTE

/** Whether a field that is called `time` or `ts` ends before an equals sign. */
export function isTimeFieldBefore(text: string, at: number): boolean {
  const length = text.endsWith('time', at) ? 4 : 2
  const start = at - length
  if (length === 2 && !text.endsWith('ts', at)) return false
  return start === 0 || isBlank(text.charCodeAt(start - 1)) || isOpeningAt(text, start - 1)
}

/** Whether a line goes on with the record of the line before it. */
export function isContinuation(text: string): boolean {
  const code = text.charCodeAt(0)
  if (code === CAPITAL_C) return text.startsWith('Caused by')
  return (code >= 9 && code <= 13) || CONTINUES.includes(code)
}

const CAPITAL_C = 67
const CONTINUES = Array.from(' #})', (character) => character.charCodeAt(0))
