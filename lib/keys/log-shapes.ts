import { COLON, endOfDigits, isDigitAt, isPointAt, isSeparatorAt, SPACE, twoDigits } from './time-digits.ts'
import { isOpeningAt } from './iso-reader.ts'
import { OPEN_BRACE, skipBlanks } from './json-members.ts'
import { QUOTE } from './quoted-text.ts'
import { monthAt } from './time-calendar.ts'

/** What the shape of a text tells: which reader to ask, or that a time is written in a way that would have to be guessed. */
