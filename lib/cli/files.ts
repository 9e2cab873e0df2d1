import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { lineSource } from '../index.ts'
import { DataError } from './failure.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** The operand that stands for standard input. */
export const STDIN = '-'

/** What messages call a file. */
export const nameOf = (file: string): string => (file === STDIN ? 'standard input' : file)

/** The lines of a file with a character for each byte, so that all of them come through unchanged. */
export const byteLines = (file: string, { stdin }: Io, follows = false): AsyncIterable<string> =>
  lineSource(file === STDIN ? stdin : file, {
    encoding: 'binary',
    keepCr: true,
    ...(follows ? { follow: { from: 'beginning' } } : {}),
  })

/** Standard input can be read only once. */
export function checkOperands(files: readonly string[]): void {
  if (files.filter((file) => file === STDIN).length > 1) throw new UsageError('- can be given once')
}

/** Fails before anything is written if there is no such file. */
export async function checkFile(path: string): Promise<Stats> {
  const stats = await stat(path)
  if (stats.isDirectory()) throw new DataError(`${path}: is a directory: name the files in it`)
  return stats
}

/** Checks all files that are not standard input. */
export async function checkFiles(files: readonly string[]): Promise<Stats[]> {
  const checked = []
  for (const file of files) if (file !== STDIN) checked.push(await checkFile(file))
  return checked
}
