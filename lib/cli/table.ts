import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { csvSource, lineSource, ndjsonSource, type CsvOptions, type CsvRow } from '../index.ts'
import { csvHeader } from '../sources/csv-header.ts'
import type { TextSource } from '../sources/text.ts'
import { cellsOf, namesOf } from './cells.ts'
import { DataError, explain } from './failure.ts'
import { isRegular, nameOf, STDIN, type Found } from './files.ts'
import type { Io } from './io.ts'
import { bytesIn, LONGEST } from './read-files.ts'

/** A file of rows whose columns are known. */
export interface Table<R extends object = CsvRow> {
  readonly name: string
  /** In their order; none if the file is empty. */
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<R>
}

/** Reads the header of a CSV file. */
export const openTable = (found: Found, options: CsvOptions, io: Io): Promise<Table> =>
  opened(found, io, async ({ peek, whole }) => ({
    columns: await csvHeader(peek, options),
    rows: csvSource(whole, options),
  }))

/** Reads the first row of an NDJSON file, whose members are the columns. */
export const openRecords = (found: Found, { encoding }: CsvOptions, io: Io): Promise<Table<object>> =>
  opened(found, io, async ({ peek, whole }) => ({
    columns: namesOf(await firstLine(peek, encoding)),
    rows: ndjsonSource(whole, {
      parse: cellsOf as (line: string) => object,
      encoding,
      invalid: 'fail',
      maxLineLength: LONGEST,
    }),
  }))

/** A file to read twice: as far as its columns, and then as a whole. */
interface Twice {
  readonly peek: TextSource
  readonly whole: TextSource
  /** What both read, if it is not a file. */
  readonly stream?: Readable
}

async function opened<R extends object>(
  found: Found,
  io: Io,
  open: (twice: Twice) => Promise<Omit<Table<R>, 'name'>>,
): Promise<Table<R>> {
  const name = nameOf(found.file)
  const source = twice(found, io)
  try {
    return { name, ...(await open(source)) }
  } catch (error) {
    source.stream?.destroy()
    throw new DataError(explain(error, name))
  }
}

/** Only a regular file can be opened twice: what has been read of a pipe is gone. */
function twice(found: Found, { stdin }: Io): Twice {
  const { file } = found
  if (isRegular(found)) return { peek: file, whole: bytesIn(found, stdin) }
  return peekable(file === STDIN ? stdin : createReadStream(file))
}

/** A stream that can be read from its beginning again, once `peek` has been read as far as was needed. */
function peekable(stream: Readable): Twice {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const peeked: Buffer[] = []
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const result = await chunks.next()
    if (result.done !== true) peeked.push(result.value)
    return result
  }
  return {
    stream,
    peek: { [Symbol.asyncIterator]: () => ({ next }) },
    whole: {
      async *[Symbol.asyncIterator]() {
        yield* peeked
        yield* { [Symbol.asyncIterator]: () => chunks }
      },
    },
  }
}

/** The first line that is not blank. */
async function firstLine(source: TextSource, encoding: string | undefined): Promise<string> {
  for await (const line of lineSource(source, { encoding, maxLineLength: LONGEST }))
    if (line.trim() !== '') return line
  return ''
}

/** The columns of all tables: those that each of them must have, or with `isUnion` those that any of them has. */
export function columnsOf(tables: readonly Table<object>[], isUnion: boolean): string[] {
  const known = tables.filter(({ columns }) => columns.length > 0)
  const [first] = known
  if (isUnion || first === undefined) return [...new Set(known.flatMap(({ columns }) => columns))]
  for (const { name, columns } of known) {
    const extra = columns.find((column) => !first.columns.includes(column))
    if (extra !== undefined)
      throw new DataError(`${name}: column ${extra} is not in ${first.name}: give --union`)
    const missing = first.columns.find((column) => !columns.includes(column))
    if (missing !== undefined)
      throw new DataError(`${name}: no column ${missing}, which is in ${first.name}: give --union`)
  }
  return [...first.columns]
}
