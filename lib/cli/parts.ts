import { chain, map, pipe, type CsvOptions, type CsvRow } from '../index.ts'
import { DataError } from './failure.ts'
import { nameOf, type Found } from './files.ts'
import type { Io } from './io.ts'
import { partName, partReader } from './line-key.ts'
import { byteLines } from './read-files.ts'
import { columnsOf, openTable } from './table.ts'
import { UsageError } from './usage.ts'
import { bytesOf } from './write-out.ts'

/** A row or a line, and the value that it is filed under. */
export interface Part<T> {
  readonly value: string
  readonly content: T
}

/** The rows of tables by the value of a column, and the columns of all. */
export async function rowParts(
  files: readonly Found[],
  by: string,
  isUnion: boolean,
  reading: CsvOptions,
  io: Io,
) {
  const tables = []
  for (const file of files) tables.push(await openTable(file, reading, io))
  const parts = tables.map(({ name, columns, rows }) => {
    if (columns.length > 0 && !columns.includes(by))
      throw new DataError(`${name}: no column ${by}; its columns are ${columns.join(', ')}`)
    return pipe(
      rows,
      map((row): Part<CsvRow> => ({ value: row[by] as string, content: row })),
    )
  })
  const labels = tables.map(({ name }) => name)
  return { parts: chain(parts, { labels }), columns: columnsOf(tables, isUnion) }
}

/** Lines, with a character for each byte, by what a member of JSON, a column or a regular expression finds in them. */
export function lineParts(files: readonly Found[], by: string, encoding: string | undefined, io: Io) {
  const partOf = partReader(by, '--by')
  const name = partName(by)
  const parts = files.map((file) =>
    pipe(
      byteLines(file, io, encoding),
      map((line, index): Part<string> => {
        const bytes = bytesOf(line)
        const part = partOf(bytes.toString())
        const place = `line ${index + 1}`
        if (part === undefined) throw new DataError(`${place}: has no ${name}: leave out such lines before`)
        const value = String(part)
        if (isReplaced(value, bytes))
          throw new DataError(
            `${place}: ${name} is not UTF-8, and cannot name a file: give --encoding, such as --encoding latin1`,
          )
        return { value, content: line }
      }),
    ),
  )
  return chain(parts, { labels: files.map(({ file }) => nameOf(file)) })
}

/** Whether bytes that are not UTF-8 have become U+FFFD, so that several values may look the same. */
const isReplaced = (value: string, bytes: Buffer): boolean =>
  value.includes('\uFFFD') && !bytes.includes(value)

/** Checks that tables and lines are not mixed; returns whether the files are tables. */
export function areTables(files: readonly string[], isTableFile: (file: string) => boolean): boolean {
  const tables = files.filter(isTableFile)
  if (tables.length > 0 && tables.length < files.length)
    throw new UsageError('tables cannot be split together with other files: give --from')
  return tables.length > 0
}
