import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  compose,
  duplex,
  map,
  partitionSink,
  pipe,
  toCsv,
  toLines,
  type CsvOptions,
  type CsvRow,
  type Stage,
} from '../index.ts'
import { withPath } from '../sources/text.ts'
import { jsonOf } from './cells.ts'
import { command } from './command.ts'
import { DataError } from './failure.ts'
import { checkFiles, checkOperands, isSameFile, STDIN, type Found } from './files.ts'
import { formatOf, isTable, readFormat, separatorOf } from './format.ts'
import { OK, type Io } from './io.ts'
import { PartPaths, PLACEHOLDER } from './part-paths.ts'
import { areTables, lineParts, rowParts, type Part } from './parts.ts'
import { counting, startProgress } from './progress.ts'
import { splitSpec } from './split-spec.ts'
import { readTableOptions } from './table-options.ts'
import { UsageError, type Parsed } from './usage.ts'
import { bytesOf, utf8Of } from './write-out.ts'

/** How many files may be open at once. */
const MAX_OPEN = 64

interface SplitSettings {
  readonly by: string
  readonly pattern: string
  readonly files: readonly string[]
  readonly areTables: boolean
  readonly reading: CsvOptions
  readonly isUnion: boolean
  readonly isForced: boolean
}

export const split = command(splitSpec, async (parsed, io) => {
  const settings = readSettings(parsed)
  const { files, by, pattern, isUnion, reading } = settings
  const found = await checkFiles(files, io)
  if (!settings.areTables) {
    const write = () => compose(map(contentOf<string>), toLines(), map(bytesOf))
    await writeParts(lineParts(found, by, reading.encoding, io), write, settings, found, io)
    return OK
  }
  const { parts, columns } = await rowParts(found, by, isUnion, reading, io)
  const format = formatOf(pattern)
  const separator = separatorOf(format)
  const header = await headerOf(columns, separator)
  const write = (again: boolean) =>
    format === 'ndjson'
      ? compose(map(contentOf<CsvRow>), map(jsonOf(columns)), toLines(), map(utf8Of))
      : compose(
          map(contentOf<CsvRow>),
          toCsv({ columns, separator }),
          map((text, block) => utf8Of(again && block === 0 ? text.slice(header.length) : text)),
        )
  await writeParts(parts, write, settings, found, io)
  return OK
})

function readSettings(parsed: Parsed): SplitSettings {
  const [pattern, ...operands] = parsed.operands
  const [by, from] = [parsed.get('by'), parsed.get('from')]
  if (by === undefined) throw new UsageError('no field given to split by: give --by FIELD')
  if (pattern === undefined)
    throw new UsageError(`no name given for the files, such as 'out/${PLACEHOLDER}.csv'`)
  if (!pattern.includes(PLACEHOLDER))
    throw new UsageError(`${pattern}: has no ${PLACEHOLDER}, which stands for the value`)
  if (pattern.endsWith('.gz')) throw new UsageError(`${pattern}: the files are not gzipped: leave out .gz`)
  checkOperands(operands)
  const files = operands.length === 0 ? [STDIN] : operands
  const format = from === undefined ? undefined : readFormat('from', from)
  const hasTables = areTables(files, (file) => isTable(format ?? formatOf(file)))
  return {
    by,
    pattern,
    files,
    areTables: hasTables,
    reading: readTableOptions(parsed, hasTables),
    isUnion: parsed.has('union'),
    isForced: parsed.has('force'),
  }
}

/** Writes each part to the file of its value. `write` makes bytes of the parts of one file; it is called again if one is opened again. */
async function writeParts<T>(
  parts: AsyncIterable<Part<T>>,
  write: (again: boolean) => Stage<Part<T>, Buffer>,
  { pattern, isForced }: SplitSettings,
  found: readonly Found[],
  io: Io,
): Promise<void> {
  const paths = new PartPaths(pattern)
  const progress = await startProgress(io, true)
  const open = async (value: string, { again }: { again: boolean }): Promise<Writable> => {
    const path = paths.of(value)
    if (!again) await mkdir(dirname(path), { recursive: true })
    if (!again && isForced) await checkNoInput(path, found)
    const file = createWriteStream(path, { flags: again ? 'a' : isForced ? 'w' : 'wx' })
    // The error of a write, unlike that of opening, names no file.
    file.once('error', (error) => withPath(error, path))
    return duplex(write(again), counting(progress), file)
  }
  try {
    await pipeline(
      parts,
      partitionSink(({ value }: Part<T>) => value, open, { maxOpen: MAX_OPEN }),
      { signal: io.signal },
    )
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    throw code === 'EEXIST' ? new DataError(`${path}: exists already: give --force to overwrite it`) : error
  } finally {
    progress.stop()
  }
}

/** The line that a table begins with, which is not written again to a file that is continued. */
async function headerOf(columns: readonly string[], separator: string): Promise<string> {
  if (columns.length === 0) return ''
  return (await pipe([] as object[], toCsv({ columns, separator })).toArray()).join('')
}

/** A file that is to be split must not be overwritten while it is read. */
async function checkNoInput(path: string, found: readonly Found[]): Promise<void> {
  const output = await stat(path).catch(() => undefined)
  if (output !== undefined && found.some(({ stats }) => stats !== undefined && isSameFile(stats, output)))
    throw new DataError(`${path}: is one of the files to split`)
}

const contentOf = <T>({ content }: Part<T>): T => content
