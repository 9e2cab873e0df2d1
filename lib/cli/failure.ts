import { getSystemErrorMap } from 'node:util'
import { sourceOf } from '../kernel/origins.ts'

/** What is wrong with a file or its data, in one line that says where and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** What the library advises, and the option of the command line that does the same. */
const ADVICE = [
  [/set ragged: 'keep'/, 'give --ragged'],
  [/set quote: false if/, 'give --quote none if'],
  [/pass the separator option/, 'give --separator'],
  [/give encoding: '(.+)'/, 'give --encoding $1'],
  [/give their encoding, or .*/, 'give --encoding, such as --encoding latin1'],
  [/list it in `columns`, .*/, 'only NDJSON can hold it, so make that the output'],
  [/: map it to a string/, ': only strings, numbers and booleans are'],
  [/ \((?:maxRowBytes|maxLineLength)\)/, ''],
] as const

/** An error in one line, which begins with the name of the file that it is about, if that is known. */
export function explain(error: unknown): string {
  const { errno, path } = error as NodeJS.ErrnoException
  const message = ADVICE.reduce(
    (text, [advice, option]) => text.replace(advice, option),
    (error as Error).message,
  )
  const system = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  const place = path ?? labelOf(error)
  if (place === undefined) return system ?? message
  return `${place}: ${system ?? message.replace(/^input \d+ \(.*?\),? /, '').replace(`${place}: `, '')}`
}

/** The name of the input that an error came from. */
export const labelOf = (error: unknown): string | undefined => sourceOf(error)?.[0]?.label
