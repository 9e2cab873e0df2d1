import type { Readable } from 'node:stream'
import { csvSource, type CsvOptions, type CsvRow } from '../index.ts'
import { csvHeader } from '../sources/csv-header.ts'
import { DataError, explain } from './failure.ts'
import { nameOf, STDIN } from './files.ts'
import type { Io } from './io.ts'

/** A CSV file whose columns are known. */
export interface Table {
  readonly name: string
  /** In their order; none if the file is empty. */
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<CsvRow>
}

/** Reads the header of a CSV file, or of standard input. */
export async function openTable(file: string, options: CsvOptions, { stdin }: Io): Promise<Table> {
  const name = nameOf(file)
  const { peek, whole } = file === STDIN ? peekable(stdin) : { peek: file, whole: file }
  try {
    return { name, columns: await csvHeader(peek, options), rows: csvSource(whole, options) }
  } catch (error) {
    throw new DataError(`${name}: ${explain(error).replace(`${name}: `, '').replace('the source, ', '')}`)
  }
}

/** A stream that can be read from its beginning again, once `peek` has been read as far as was needed. */
function peekable(stream: Readable): { peek: AsyncIterable<Buffer>; whole: AsyncIterable<Buffer> } {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const peeked: Buffer[] = []
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const result = await chunks.next()
    if (result.done !== true) peeked.push(result.value)
    return result
  }
  return {
    peek: { [Symbol.asyncIterator]: () => ({ next }) },
    whole: {
      async *[Symbol.asyncIterator]() {
        yield* peeked
        yield* { [Symbol.asyncIterator]: () => chunks }
      },
    },
  }
}

/** The columns of all tables: those that each of them must have, or with `isUnion` those that any of them has. */
export function columnsOf(tables: readonly Table[], isUnion: boolean): string[] {
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
