import { open } from 'node:fs/promises'
import { lineSource, pipe } from '../index.ts'
import { isGzip } from '../sources/gzip-frame.ts'
import { checkFile, STDIN } from './files.ts'
import type { Input } from './input.ts'
import type { Io } from './io.ts'
import { toLine } from './line.ts'
import { keyOfFile, type KeyedFile, type KeyOptions } from './line-key.ts'
import { UsageError } from './usage.ts'

const DAY = 86_400_000

/** Looks at the files, without reading them. */
export function findInputs(files: readonly string[], keys: KeyOptions, follows: boolean): Promise<Input[]> {
  return Promise.all(
    files.map((file) => (file === STDIN ? standardInput(keys) : findFile(file, keys, follows))),
  )
}

function standardInput(keys: KeyOptions): Input {
  return inputOf({ name: 'standard input', before: undefined }, keys, undefined)
}

async function findFile(path: string, keys: KeyOptions, follows: boolean): Promise<Input> {
  const stats = await checkFile(path)
  const isCompressed = stats.isFile() && (await beginsAsGzip(path))
  if (isCompressed && follows) throw new UsageError(`--follow: ${path} is gzipped, and does not grow`)
  // A day later, since the zone of the file may differ from ours. A followed file grows on for months.
  const before = follows ? Date.now() + 182 * DAY : stats.mtimeMs + DAY
  return inputOf({ name: path, before }, keys, path)
}

function inputOf(file: KeyedFile, keys: KeyOptions, path: string | undefined): Input {
  const label = Buffer.from(file.name).toString('latin1')
  return { ...file, label, path, keyOf: keyOfFile(keys, file) }
}

async function beginsAsGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(3), 0, 3, 0)
    return isGzip(buffer.subarray(0, bytesRead)) === true
  } finally {
    await file.close()
  }
}

/** The lines of an input, their bytes unchanged. */
export function linesOf(input: Input, { stdin }: Io, follow = false) {
  const lines = lineSource(input.path ?? stdin, {
    encoding: 'binary',
    keepCr: true,
    ...(follow ? { follow: { from: 'beginning' } } : {}),
  })
  return pipe(lines, toLine(input))
}
