import { getSystemErrorMap } from 'node:util'
import { sourceOf } from '../kernel/origins.ts'

/** What is wrong with a file or its data, in one line that says where and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** What the library advises in errors with these codes, and the option of the command line that does the same. */
const ADVICE: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  ERR_FANPIPE_FORMAT: [
    [/set ragged: 'keep'/, 'give --ragged'],
    [/set quote: false if/, 'give --quote none if'],
    [/pass the separator option/, 'give --separator'],
    [/give encoding: '(.+)'/, 'give --encoding $1'],
    [/give their encoding, or .*/, 'give --encoding, such as --encoding latin1'],
    [/list it in `columns`, .*/, 'only NDJSON can hold it, so make that the output'],
    [/: set `columns`$/, ''],
  ],
  ERR_FANPIPE_LIMIT: [
    [
      /longer than \d+ characters \(maxLineLength\)/,
      'longer than 16 MiB: check whether it is a file of lines',
    ],
    [/ \(maxRowBytes\)/, ''],
  ],
}

const REMEDIES: Readonly<Record<string, string>> = {
  EMFILE: ': raise the limit with ulimit -n',
  // Files to read have been checked before.
  EISDIR: ': give the name of a file in it',
}

/** What the library calls a source without a name. */
const UNNAMED = /^the source, /

/**
 * An error in one line, which begins with the name of the file that it is about, if that is known. `source` is the name of what has
 * none.
 */
export function explain(error: unknown, source = 'standard input'): string {
  const { code, errno, path } = error as NodeJS.ErrnoException
  const message = (ADVICE[code ?? ''] ?? []).reduce(
    (text, [advice, option]) => text.replace(advice, option),
    (error as Error).message,
  )
  const system = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  const place = path ?? labelOf(error) ?? (UNNAMED.test(message) ? source : undefined)
  const remedy = REMEDIES[code ?? ''] ?? ''
  if (system !== undefined) return `${place === undefined ? '' : `${place}: `}${system}${remedy}`
  if (place === undefined) return message
  const text = message.replace(UNNAMED, '').replace(/^input \d+ \(.*?\),? /, '')
  const isPlaced = text.startsWith(`${place}: `) || text.startsWith(`${place}, `)
  return isPlaced ? text : `${place}${/^(?:line|row) \d/.test(text) ? ',' : ':'} ${text}`
}

/** Says that an error is one of standard output, which has no path. */
export function outputError(error: unknown): unknown {
  const { syscall, path, code } = error as NodeJS.ErrnoException
  const isOurs = syscall === 'write' && path === undefined && code !== 'EPIPE'
  return isOurs ? new DataError(`standard output: ${explain(error)}`) : error
}

/** The name of the input that an error came from. */
export const labelOf = (error: unknown): string | undefined => sourceOf(error)?.[0]?.label
