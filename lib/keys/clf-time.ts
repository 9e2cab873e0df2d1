import { clfReader, isClfAt, OPEN_BRACKET } from './clf-reader.ts'
import { BACKSLASH, endOfQuoted, QUOTE } from './quoted-text.ts'

/**
 * A key for `merge`, or a `time` for `mergeBoundedLateness`: parses the time of a line in the Common Log Format, which the access
 * logs of Apache and nginx have, such as `[10/Oct/2000:13:55:36 -0700]`, and returns it in milliseconds since 1970.
 *
 * Forms: the time stands in brackets, behind the fields for host and user, of which there may be any number. Text in double quotes
 * is skipped, so a time in a request or a user agent is never taken for that of the line. A fraction may follow the seconds.
 * Servers write the time at which a request began, but the line when it ended, so such a log is only nearly sorted: use
 * `mergeBoundedLateness`.
 *
 * Leap seconds: `23:59:60` gives the largest number below the next midnight.
 *
 * Errors: returns NaN, which a merge rejects with a `KeyError` that names the item, if there is no such time; if the day, hour,
 * minute or offset does not exist; or if the offset is missing.
 *
 * See also: `isoTime`, and `logTime`, which reads several formats.
 *
 * @example
 * clfTime()('127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326') // => Date.UTC(2000, 9, 10, 20, 55, 36)
 * @example
 * clfTime()('example.com:443 ::1 - - [01/Jan/2026:00:00:00 +0000] "-" 408 0') // => Date.UTC(2026, 0, 1)
 */
export function clfTime(): (text: string) => number {
  const read = clfReader()
  return (text: unknown) => {
    if (typeof text !== 'string') return NaN
    const at = firstClf(text)
    return at < 0 ? NaN : read(text, at)
  }
}

/** The position of the first time that is not quoted; -1 if there is none. */
function firstClf(text: string): number {
  const bracket = text.indexOf('[')
  if (bracket < 0) return -1
  const quote = text.indexOf('"')
  if ((quote < 0 || quote > bracket) && isClfAt(text, bracket)) return bracket
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === OPEN_BRACKET && isClfAt(text, at)) return at
    // Apache escapes a quote in the name of a user, which does not begin a quoted string.
    if (code === BACKSLASH) at++
    else if (code === QUOTE) {
      const end = endOfQuoted(text, at)
      if (end < 0) return -1
      at = end - 1
    }
  }
  return -1
}
