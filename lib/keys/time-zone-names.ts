import { check, isRecord, type Rule } from '../kernel/options.ts'
import { ArgumentError, show } from '../errors.ts'
import {
  COLON,
  DOT,
  endOfDigits,
  isDigitAt,
  isWordAt,
  lengthAt,
  TRUE_MINUS,
  UNDERSCORE,
} from './time-digits.ts'
import { fixedOffset, isSign } from './time-offset.ts'

/** The offsets of time zone names that may follow a time, such as `{ PDT: '-07:00', 'GMT+3': '+03:00' }`. */
export type ZoneNames = Readonly<Record<string, string>>

export const zonesRule: Rule = {
  expected: `an object of names and their offsets, such as { PDT: '-07:00' }`,
  holds: isRecord,
}

/** Each of these names is used for several zones in the world, so we do not guess. */
const AMBIGUOUS =
  'EST EDT CST CDT MST MDT PST PDT CET CEST EET EEST WET WEST BST MSK IST JST AEST AEDT'.split(' ')

const ZONE_AFTER_TIME = new RegExp(`\\d:\\d\\d(?:[.,]\\d+)? (${AMBIGUOUS.join('|')})\\b`)

/** The first of these names that follows a time in the text, for error messages. */
export const ambiguousZoneIn = (text: string): string | undefined => ZONE_AFTER_TIME.exec(text)?.[1]

/** Not zones: they mark a 12-hour clock, so a time before one of them would be read wrong. */
const AM_PM = ['AM', 'PM', 'am', 'pm']

const NAME = /^[a-z]\w*(?:[+-]\d+(?::\d+)?)?$/i

/** Looks up the name at a position: its offset, NaN for an ambiguous name, `undefined` for any other word. */
export function zoneNamesOf(zones: ZoneNames): (text: string, at: number) => number | undefined {
  const offsets = new Map<string, number>([
    ...['Z', 'UTC', 'GMT'].map((name) => [name, 0] as const),
    ...[...AMBIGUOUS, ...AM_PM].map((name) => [name, NaN] as const),
  ])
  for (const name in zones) {
    const offset: unknown = zones[name]
    check(name, 'zones', nameRule)
    if (typeof offset !== 'string' || Number.isNaN(fixedOffset(offset)))
      throw new ArgumentError('zones', zonesRule.expected, `${name}: ${show(offset)}`)
    offsets.set(name, fixedOffset(offset))
  }
  const longest = Math.max(...[...offsets.keys()].map((name) => name.length))
  // A quick check, since most words in a log differ from all names in the first two characters.
  const first = new Uint8Array(128)
  const second = Uint8Array.from({ length: 128 }, (_, code) =>
    isWordAt(String.fromCharCode(code), 0) ? 0 : 1,
  )
  for (const name of offsets.keys()) {
    first[name.charCodeAt(0)] = 1
    second[name.charCodeAt(1)] = 1
  }
  return (text, at) => {
    if (first[text.charCodeAt(at)] !== 1 || second[text.charCodeAt(at + 1)] === 0) return undefined
    let end = at
    while (isWordAt(text, end) || text.charCodeAt(end) === UNDERSCORE)
      if (++end - at > longest) return undefined
    const offset = offsets.get(text.slice(at, end))
    const code = text.charCodeAt(end)
    if (offset === undefined && code === DOT) return isDottedHalf(text, at) ? NaN : undefined
    if (!isSign(code) && code !== TRUE_MINUS) return offset
    // Z-Wave begins with the name of a zone, but is another word.
    if (!isDigitAt(text, end + 1)) return offset === 0 && isWordAt(text, end + 1) ? undefined : offset
    // Forms such as GMT+3 and UTC-03:30 are ambiguous: in POSIX the sign is the opposite of the usual one.
    let last = endOfDigits(text, end + 1)
    if (text.charCodeAt(last) === COLON && isDigitAt(text, last + 1)) last = endOfDigits(text, last + 1)
    const numbered = isWordAt(text, last) ? undefined : offsets.get(text.slice(at, last))
    return numbered ?? (offset === undefined ? undefined : NaN)
  }
}

/** Whether a half of the day stands at a position, as in `11:00:00 p.m.`. */
const isDottedHalf = (text: string, at: number): boolean => lengthAt(DOTTED_HALF, text, at) > 0

const DOTTED_HALF = /[ap]\. ?m\b/iy

const nameRule: Rule = {
  expected: `an object whose keys are names such as PDT or GMT+3`,
  holds: (name) => NAME.test(name as string),
}
