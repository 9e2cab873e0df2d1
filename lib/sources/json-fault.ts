/**
 * Where a text stops being JSON; undefined if the error is not the one that `JSON.parse` throws for it. That error does not always
 * tell where, so then the shortest beginning of the text is searched that cannot be continued to JSON.
 */
export function jsonFaultAt(text: string, error: unknown): number | undefined {
  if (!isOfJson(text, error)) return undefined
  const known = faultAt(text)
  if (known !== undefined) return known
  let [valid, faulty] = [0, text.length]
  while (faulty - valid > 1) {
    const middle = (valid + faulty) >>> 1
    if (canContinue(text.slice(0, middle))) valid = middle
    else faulty = middle
  }
  return valid
}

/** The position that the error of `JSON.parse` gives; undefined if it gives none. */
function faultAt(text: string): number | undefined {
  try {
    JSON.parse(text)
    return text.length
  } catch (error) {
    const { message } = error as Error
    if (message.includes('end of JSON input')) return text.length
    const position = /at position (\d+)/.exec(message)
    return position === null ? undefined : Number(position[1])
  }
}

/** Whether the text is JSON, or its beginning. */
const canContinue = (text: string): boolean => faultAt(text) === text.length

function isOfJson(text: string, error: unknown): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (own) {
    return error instanceof SyntaxError && error.message === (own as Error).message
  }
}
