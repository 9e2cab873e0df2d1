/** Which questions there are, and which are wanted. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UsageError } from './options.ts'

const compiled = join(import.meta.dirname, '../questions')
/** The sources are listed, since what was compiled before may no longer be among them. */
const sources = join(import.meta.dirname, '../../../questions')

/** The names of those that contain a word, or of all. */
export function select(words: readonly string[]): string[] {
  const names = readdirSync(sources)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort()
  const stray = words.find((word) => !names.some((name) => name.includes(word)))
  if (stray !== undefined)
    throw new UsageError(`no question is named like "${stray}"; there are ${names.join(', ')}`)
  return words.length === 0 ? names : names.filter((name) => words.some((word) => name.includes(word)))
}

export const fileOf = (name: string): string => join(compiled, `${name}.js`)
