import { getSystemErrorMap } from 'node:util'
import { sourceOf } from '../kernel/origins.ts'

/** What is wrong with a file or its data, in one line that says where and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** An error in one line, which begins with the name of the file that it is about, if that is known. */
export function explain(error: unknown): string {
  const { message, errno, path } = error as NodeJS.ErrnoException
  const system = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  const place = path ?? labelOf(error)
  if (place === undefined) return system ?? message
  return `${place}: ${system ?? message.replace(/^input \d+ \(.*?\),? /, '').replace(`${place}: `, '')}`
}

/** The name of the input that an error came from. */
export const labelOf = (error: unknown): string | undefined => sourceOf(error)?.[0]?.label
