import { chain, map, pipe, toCsv, toLines, type CsvOptions } from '../index.ts'
import { catSpec } from './cat-spec.ts'
import { jsonOf } from './cells.ts'
import { command } from './command.ts'
import { bytewise, checkFiles, checkOperands, nameOf, type Found } from './files.ts'
import { formatOf, isTable, readFormat, separatorOf, type Format } from './format.ts'
import { OK, type Io } from './io.ts'
import { byteLines } from './read-files.ts'
import { readTableOptions } from './table-options.ts'
import { columnsOf, openRecords, openTable, type Table } from './table.ts'
import { UsageError, type Parsed } from './usage.ts'
import { bytesOf, outputOf, utf8Of, writeOut } from './write-out.ts'

interface File extends Found {
  readonly format: Format
}

export const cat = command(catSpec, async (parsed, io) => {
  const { formats, to } = readFormats(parsed)
  const reading = readTableOptions(parsed, formats.some(isTable))
  const output = outputOf(parsed)
  const found = await checkFiles(parsed.operands, io, output)
  const files = found.map((file, i): File => ({ ...file, format: formats[i] as Format }))
  const bytes = isTable(to)
    ? await tableOf(files, to, parsed.has('union'), reading, io)
    : pipe(await linesOf(files, to, reading, io), toLines(), map(bytesOf))
  await writeOut(bytes, output, io)
  return OK
})

function readFormats(parsed: Parsed): { formats: readonly Format[]; to: Format } {
  const { operands } = parsed
  const [from, given] = [parsed.get('from'), parsed.get('to')]
  const fromFormat = from === undefined ? undefined : readFormat('from', from)
  const formats = operands.map((file) => fromFormat ?? formatOf(file))
  const [first] = formats
  if (first === undefined) throw new UsageError('no file given; - is standard input')
  checkOperands(operands)
  const to = given === undefined ? first : readFormat('to', given)
  if (parsed.has('union') && !isTable(to)) throw new UsageError('--union is for an output in CSV')
  for (const [i, file] of to === 'lines' ? [] : operands.entries()) {
    const format = formats[i]
    if (format === 'lines') throw new UsageError(`${nameOf(file)}: lines cannot become ${to}: give --from`)
    if (format === 'ndjson' && parsed.has('union'))
      throw new UsageError(`--union: ${nameOf(file)} has no header that says what its columns are`)
  }
  return { formats, to }
}

async function tableOf(files: readonly File[], to: Format, isUnion: boolean, reading: CsvOptions, io: Io) {
  const tables: Table<object>[] = []
  const withHeader: Table<object>[] = []
  for (const file of files) {
    const hasHeader = isTable(file.format)
    const table = await (hasHeader ? openTable : openRecords)(file, reading, io)
    tables.push(table)
    if (hasHeader) withHeader.push(table)
  }
  const header = columnsOf(withHeader, isUnion)
  const columns = header.length > 0 ? header : tables.find(({ columns }) => columns.length > 0)?.columns
  const rows = chain(
    tables.map((table) => table.rows),
    labelsOf(files),
  )
  return pipe(rows, toCsv({ separator: separatorOf(to), columns }), map(utf8Of))
}

/** A line for each item. Lines that need no other format or encoding keep their bytes. */
async function linesOf(files: readonly File[], to: Format, reading: CsvOptions, io: Io) {
  const { encoding } = reading
  const inputs: AsyncIterable<string>[] = []
  for (const file of files) {
    if (to === 'ndjson' && isTable(file.format)) {
      const { columns, rows } = await openTable(file, reading, io)
      inputs.push(pipe(rows, map(jsonOf(columns)), map(bytewise)))
    } else inputs.push(byteLines(file, io, encoding))
  }
  return chain(inputs, labelsOf(files))
}

const labelsOf = (files: readonly File[]) => ({ labels: files.map(({ file }) => nameOf(file)) })
