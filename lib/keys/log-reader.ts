import { isClfAt, OPEN_BRACKET } from './clf-reader.ts'
import { skipOpening, type TimeReader } from './iso-reader.ts'
import { isBlank, OPEN_BRACE } from './json-members.ts'
import {
  isAmbiguousAt,
  isIsoAt,
  isKlogAt,
  isObjectAt,
  isSyslogAt,
  isTimeFieldBefore,
  isWeekdayBefore,
} from './log-shapes.ts'
import { endOfNumber } from './quoted-reader.ts'
import { endOfQuoted, QUOTE } from './quoted-text.ts'
import { COMMA, endOfDigits, isDigitAt, isWordAt, lengthAt, UNDERSCORE } from './time-digits.ts'

/** A reader for each shape. Each is asked where its shape begins. */
export interface ShapeReaders {
  readonly iso: TimeReader
  readonly clf: TimeReader
  readonly syslog: TimeReader
  readonly klog: TimeReader
  readonly json: TimeReader
  readonly quoted: TimeReader
  readonly epoch: TimeReader
}

/** A shape has to begin within this many characters. */
const WITHIN = 128
const EQUALS = 61
const ESCAPE = 27
const FIRST_EPOCH = Date.UTC(2000)
const END_OF_EPOCHS = Date.UTC(2100)

/** What each ASCII character is to the words around it. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => (isWordAt(String.fromCharCode(code), 0) ? 1 : 0))
const WORD = 1
/** A word directly behind one of these is part of something else, such as a path or a file name. */
const JOINS = 2
/** Besides a blank, a bare number ends before one of these. */
const ENDS_NUMBER = 3
const mark = (characters: string, kind: number): void => {
  for (const character of characters) KINDS[character.charCodeAt(0)] = kind
}
mark('-_./+\\%&?=~', JOINS)
mark(',;|:])}>"\'`', ENDS_NUMBER)

/** Reads the time that has the first known shape in a line. */
export function logReader(readers: ShapeReaders): (text: string) => number {
  return (text) => {
    const bare = bareEpoch(text, readers.epoch)
    if (!Number.isNaN(bare)) return bare
    const limit = Math.min(text.length, WITHIN)
    let isFree = true
    let at = 0
    while (at < limit) {
      const code = text.charCodeAt(at)
      const kind = code < 128 ? (KINDS[code] as number) : isWordAt(text, at) ? WORD : 0
      if (kind === WORD) {
        const time = isFree ? wordTime(text, at, readers) : undefined
        if (time !== undefined) return time
        at = endOfWord(text, at)
        isFree = false
      } else if (code === EQUALS) {
        if (isTimeFieldBefore(text, at)) return fieldTime(text, at + 1, readers)
        at = endOfField(text, at + 1)
        isFree = false
      } else {
        if (code === OPEN_BRACE && isObjectAt(text, at)) return readers.json(text, at)
        if (code === OPEN_BRACKET && isClfAt(text, at)) return readers.clf(text, at)
        at = code === ESCAPE ? endOfEscape(text, at) : at + 1
        isFree = kind !== JOINS
      }
    }
    return NaN
  }
}

/** The time that begins with a word; `undefined` if it has no known shape. */
function wordTime(text: string, at: number, { iso, syslog, klog }: ShapeReaders): number | undefined {
  if (isDigitAt(text, at)) {
    if (isIsoAt(text, at)) return iso(text, at)
    return isAmbiguousAt(text, at) ? NaN : undefined
  }
  if (isSyslogAt(text, at)) return isWeekdayBefore(text, at) ? NaN : syslog(text, at)
  return isKlogAt(text, at) ? klog(text, at) : undefined
}

/** The value of a field: quoted, a number or a date. */
function fieldTime(text: string, at: number, { iso, quoted, epoch }: ShapeReaders): number {
  if (text.charCodeAt(at) === QUOTE) return quoted(text, at)
  const end = endOfNumber(text, at)
  const isNumber = end === text.length || isBlank(text.charCodeAt(end))
  return isNumber ? epoch(text, at) : iso(text, at)
}

/** The time of a line that begins with a Unix time; NaN if it does not. */
function bareEpoch(text: string, epoch: TimeReader): number {
  const at = isDigitAt(text, 0) ? 0 : skipOpening(text, 0)
  if (endOfDigits(text, at) < at + 10) return NaN
  const end = endOfNumber(text, at)
  const code = text.charCodeAt(end)
  if (end < text.length && !isBlank(code) && KINDS[code] !== ENDS_NUMBER) return NaN
  // A comma begins the next column here, not a fraction.
  const time = code === COMMA ? epoch(text.slice(at, end), 0) : epoch(text, at)
  return time >= FIRST_EPOCH && time < END_OF_EPOCHS ? time : NaN
}

function endOfWord(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === UNDERSCORE || (code < 128 ? KINDS[code] === WORD : isWordAt(text, at))) at++
    else return at
  }
}

/** The position behind a value that is not a time. An object is left to be read as such. */
function endOfField(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code === OPEN_BRACE) return at
  if (code === QUOTE) {
    const end = endOfQuoted(text, at)
    return end < 0 ? text.length : end
  }
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++
  return at
}

/** The position behind an escape sequence that sets a colour. */
const endOfEscape = (text: string, at: number): number => at + (lengthAt(COLOUR, text, at) || 1)

const COLOUR = /\u001b\[[\d;]*[A-Za-z]/y
