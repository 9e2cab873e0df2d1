import { fstatSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { DataError } from './failure.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** The operand that stands for standard input. */
export const STDIN = '-'

/** What messages call a file. */
export const nameOf = (file: string): string => (file === STDIN ? 'standard input' : file)

/** A text with a character for each of its bytes in UTF-8. */
export const bytewise = (text: string): string => Buffer.from(text).toString('latin1')

/** The text whose bytes in UTF-8 are the characters of a line. */
export const textOf = (line: string): string =>
  NON_ASCII.test(line) ? Buffer.from(line, 'latin1').toString() : line

const NON_ASCII = /[\x80-\xff]/

/** Names must not be empty, and standard input can be read only once. */
export function checkOperands(files: readonly string[]): void {
  if (files.includes('')) throw new UsageError('the name of a file is empty')
  if (files.filter((file) => file === STDIN).length > 1) throw new UsageError('- can be given once')
}

/** A file that has been looked at. */
export interface Found {
  readonly file: string
  /** Undefined for standard input that is not a file. */
  readonly stats: Stats | undefined
}

/**
 * Looks at a file. Fails before anything is written if there is none, or if it is the output: a command with a glob that is
 * run again finds its old output among its inputs, and would write everything twice.
 */
export async function checkFile(
  file: string,
  { stdin, stdout }: Io,
  output?: string,
): Promise<Stats | undefined> {
  const stats = file === STDIN ? statsOf(stdin) : await stat(file)
  if (stats?.isDirectory()) throw new DataError(`${nameOf(file)}: is a directory: name the files in it`)
  const target = output === undefined ? statsOf(stdout) : await stat(output).catch(() => undefined)
  if (stats?.isFile() && target !== undefined && isSameFile(stats, target))
    throw new DataError(`${nameOf(file)}: is also the output: write to another file, or leave this one out`)
  return stats
}

export const checkFiles = (files: readonly string[], io: Io, output?: string): Promise<Found[]> =>
  Promise.all(files.map(async (file) => ({ file, stats: await checkFile(file, io, output) })))

/** Whether it can be opened and read again. */
export const isRegular = ({ file, stats }: Found): boolean => file !== STDIN && stats?.isFile() === true

export const isSameFile = (a: Stats, b: Stats): boolean => a.dev === b.dev && a.ino === b.ino

function statsOf({ fd }: { readonly fd?: number }): Stats | undefined {
  return fd === undefined ? undefined : fstatSync(fd)
}
