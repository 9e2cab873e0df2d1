import { open } from 'node:fs/promises'
import { chain, pipe } from '../index.ts'
import { isGzip, MAGIC_LENGTH } from '../sources/gzip-frame.ts'
import { bytewise, checkFile, nameOf, STDIN, type Found } from './files.ts'
import type { Input } from './input.ts'
import type { Io } from './io.ts'
import { toLine } from './line.ts'
import { keyOfFile, partName, type KeyedFile, type KeyOptions } from './line-key.ts'
import type { MergeSettings } from './merge-settings.ts'
import { oneLine } from './report.ts'
import { byteLines, followedByteLines } from './read-files.ts'
import { UsageError } from './usage.ts'

const DAY = 86_400_000

/** Looks at the files, without reading them. */
export const findInputs = (settings: MergeSettings, io: Io) =>
  Promise.all(settings.files.map((file) => findInput(file, settings, io)))

async function findInput(file: string, settings: MergeSettings, io: Io): Promise<Input> {
  const { follows, last, output } = settings
  const stats = await checkFile(file, io, output)
  const found = { file, stats }
  if (file === STDIN || stats === undefined) return inputOf(found, settings, undefined)
  if (last !== undefined && !stats.isFile())
    throw new UsageError(`--last: ${file} is not a regular file, and may not be readable twice`)
  if (follows && !stats.isFile()) throw new UsageError(`--follow: ${file} is not a regular file`)
  if (follows && (await beginsAsGzip(file)))
    throw new UsageError(`--follow: ${file} is gzipped, and does not grow`)
  // A day later, since the zone of the file may differ from ours. A followed file grows on for months.
  const before = follows ? Date.now() + 182 * DAY : stats.mtimeMs + DAY
  return inputOf(found, settings, before)
}

function inputOf(found: Found, settings: MergeSettings, before: number | undefined): Input {
  const { file } = found
  const keyed: KeyedFile = { name: nameOf(file), before }
  const label = bytewise(oneLine(keyed.name))
  const keys = { ...settings.keys, time: settings.timeFormatOf(file) }
  return { ...keyed, ...found, label, keys, keyOf: keyOfFile(keys, keyed), wanted: wantedOf(keys) }
}

function wantedOf({ key, time, isNumeric = false }: KeyOptions): string {
  const part = key === undefined ? undefined : partName(key)
  if (part !== undefined && time !== undefined) return `a time in ${part}: give another --key or --time`
  if (part !== undefined) return `${isNumeric ? 'a number in ' : ''}${part}: give another --key`
  if (time === undefined) return 'a time that is recognised: give --time FORMAT or --key, as --help explains'
  return `a time of the format ${time}: give another --time, or --time ${time}=NAME for the files that have it`
}

async function beginsAsGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAGIC_LENGTH), 0, MAGIC_LENGTH, 0)
    return isGzip(buffer.subarray(0, bytesRead)) === true
  } finally {
    await file.close()
  }
}

export const linesOf = (input: Input, io: Io) => pipe(byteLines(input, io), toLine(input))

/** The lines of a file that grows, up to Ctrl-C. */
export const followedLinesOf = (input: Input, io: Io) =>
  pipe(followedByteLines(input, io.signal), toLine(input))

/** The lines of files, one after the other. Ctrl-C breaks off the reading. */
export const allLinesOf = (inputs: readonly Input[], io: Io) =>
  chain(
    inputs.map((input) => linesOf(input, io)),
    { labels: inputs.map(({ name }) => name), signal: io.signal },
  )
