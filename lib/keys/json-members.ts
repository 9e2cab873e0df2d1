import { endOfQuoted, QUOTE, unescaped } from './quoted-text.ts'
import { COLON, COMMA, SPACE } from './time-digits.ts'

export const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const TAB = 9
const LINE_FEED = 10
const RETURN = 13

export const isBlank = (code: number): boolean =>
  code === SPACE || code === TAB || code === LINE_FEED || code === RETURN

/** Whether a character ends a number. */
export const isEndOfValue = (code: number): boolean =>
  code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || isBlank(code)

export function skipBlanks(text: string, at: number): number {
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

/**
 * The position of the value of the first member that has one of these names, in the object that begins at a position; -1 if there is
 * none. Members that come later need not be complete, nor valid.
 */
export function memberAt(text: string, at: number, names: readonly string[]): number {
  if (text.charCodeAt(at) !== OPEN_BRACE) return -1
  let key = skipBlanks(text, at + 1)
  while (text.charCodeAt(key) === QUOTE) {
    const end = endOfQuoted(text, key)
    const colon = end < 0 ? text.length : skipBlanks(text, end)
    if (text.charCodeAt(colon) !== COLON) return -1
    const value = skipBlanks(text, colon + 1)
    if (isOneOf(names, text, key + 1, end - 1)) return value
    key = afterComma(text, value)
  }
  return -1
}

/** The members of the object that a text of valid JSON is: the name and the text of the value of each. */
export function* membersOf(text: string): Generator<readonly [name: string, value: string]> {
  let key = skipBlanks(text, skipBlanks(text, 0) + 1)
  while (text.charCodeAt(key) === QUOTE) {
    const end = endOfQuoted(text, key)
    const value = skipBlanks(text, skipBlanks(text, end) + 1)
    yield [JSON.parse(text.slice(key, end)) as string, text.slice(value, endOfValue(text, value)).trimEnd()]
    key = afterComma(text, value)
  }
}

/** The position of an element of the array that begins at a position; -1 if there is none. */
export function elementAt(text: string, at: number, index: number): number {
  if (text.charCodeAt(at) !== OPEN_BRACKET) return -1
  let value = skipBlanks(text, at + 1)
  for (let skipped = 0; skipped < index && value >= 0; skipped++) value = afterComma(text, value)
  return value
}

/** The position of what follows a value and its comma; -1 if no comma follows. */
function afterComma(text: string, value: number): number {
  const end = skipBlanks(text, endOfValue(text, value))
  return text.charCodeAt(end) === COMMA ? skipBlanks(text, end + 1) : -1
}

/** The position behind the value that begins at a position, or of the end of the text. */
function endOfValue(text: string, at: number): number {
  let depth = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfQuoted(text, at)
      if (at < 0) return text.length
    } else {
      const closes = code === CLOSE_BRACE || code === CLOSE_BRACKET
      if (depth === 0 && (closes || code === COMMA)) return at
      if (closes) depth--
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++
      at++
    }
  }
  return at
}

/** Whether one of the names stands there; any of their characters may be escaped. */
function isOneOf(names: readonly string[], text: string, start: number, end: number): boolean {
  const name = text.slice(start, end)
  return names.includes(name.includes('\\') ? unescaped(name) : name)
}
