/** Parsing by character code, which avoids creating substrings. */
export const SPACE = 32
export const PLUS = 43
export const COMMA = 44
export const MINUS = 45
export const DOT = 46
export const SLASH = 47
export const ZERO = 48
export const COLON = 58
export const Z = 90
export const UNDERSCORE = 95
/** The real minus sign, which ISO 8601 prefers. Hardly any program writes it, but some locales of Intl do, as in `GMT−8`. */
export const TRUE_MINUS = 0x2212

/** The digit at a position; -1 if there is none. */
export function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO
  return digit >= 0 && digit <= 9 ? digit : -1
}

export const isDigitAt = (text: string, at: number): boolean => digitAt(text, at) >= 0

/** The number formed by two digits; -1 if they are not both digits. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

export function endOfDigits(text: string, at: number): number {
  while (isDigitAt(text, at)) at++
  return at
}

/** The length of what a sticky pattern matches at a position; 0 if it does not match. */
export function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex - at : 0
}

/** Whether there is a decimal point: a dot or a comma. */
export function isPointAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === DOT || code === COMMA
}

/** Whether there is a dot followed by a digit. */
export const isDecimalAt = (text: string, at: number): boolean =>
  text.charCodeAt(at) === DOT && isDigitAt(text, at + 1)

/** Whether there is a letter or a digit of any script. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128) {
    const letter = code | 32
    return (letter >= 97 && letter <= 122) || isDigitAt(text, at)
  }
  return at < text.length && /[\p{L}\p{N}]/u.test(String.fromCodePoint(text.codePointAt(at) as number))
}
