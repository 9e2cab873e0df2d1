export const QUOTE = 34
export const BACKSLASH = 92

/** The position behind a quoted string that begins at `at`, in which `\` escapes the next character; -1 if it does not end. */
export function endOfQuoted(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? -1 : end + 1
}

/** Whether an odd number of backslashes stands before a character. */
function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}

/** What stands between the quotes in JSON; an empty string if an escape is invalid. */
export function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return ''
  }
}
