/** Selects benchmarks by name. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UsageError } from './options.ts'

const compiled = join(import.meta.dirname, '../benchmarks')
/** The sources are listed rather than the build output, which may contain benchmarks that were since removed. */
const sources = join(import.meta.dirname, '../../../benchmarks')

/** The names that contain any of the words, or all names if there are no words. */
export function select(words: readonly string[]): string[] {
  const names = readdirSync(sources)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort()
  const unknown = words.find((word) => !names.some((name) => name.includes(word)))
  if (unknown !== undefined)
    throw new UsageError(
      `no benchmark has a name that contains "${unknown}"; the names are ${names.join(', ')}`,
    )
  return words.length === 0 ? names : names.filter((name) => words.some((word) => name.includes(word)))
}

export const fileOf = (name: string): string => join(compiled, `${name}.js`)
