import { chain, map, pipe, toCsv, toLines, type CsvOptions } from '../index.ts'
import { catSpec } from './cat-spec.ts'
import { jsonOf } from './cells.ts'
import { command } from './command.ts'
import { byteLines, bytewise, checkFiles, checkOperands, nameOf } from './files.ts'
import { formatOf, isTable, readFormat, separatorOf, type Format } from './format.ts'
import { OK, type Io } from './io.ts'
import { readTableOptions } from './table-options.ts'
import { columnsOf, openRecords, openTable, type Table } from './table.ts'
import { UsageError, type Parsed } from './usage.ts'
import { bytesOf, utf8Of, writeOut } from './write-out.ts'

interface File {
  readonly file: string
  readonly format: Format
}

export const cat = command(catSpec, async (parsed, io) => {
  const { files, to } = readFiles(parsed)
  const reading = readTableOptions(
    parsed,
    files.some(({ format }) => isTable(format)),
  )
  await checkFiles(parsed.operands, io)
  const bytes = isTable(to)
    ? await tableOf(files, to, parsed.has('union'), reading, io)
    : pipe(await linesOf(files, to, reading, io), toLines(), map(bytesOf))
  await writeOut(bytes, parsed.get('output'), io)
  return OK
})

function readFiles(parsed: Parsed): { files: readonly File[]; to: Format } {
  const { operands } = parsed
  const [from, given] = [parsed.get('from'), parsed.get('to')]
  const fromFormat = from === undefined ? undefined : readFormat('from', from)
  const files = operands.map((file) => ({ file, format: fromFormat ?? formatOf(file) }))
  const [first] = files
  if (first === undefined) throw new UsageError('no file given; - is standard input')
  checkOperands(operands)
  const to = given === undefined ? first.format : readFormat('to', given)
  if (parsed.has('union') && !isTable(to)) throw new UsageError('--union is for an output in CSV')
  for (const { file, format } of to === 'lines' ? [] : files) {
    if (format === 'lines') throw new UsageError(`${nameOf(file)}: lines cannot become ${to}: give --from`)
    if (format === 'ndjson' && parsed.has('union'))
      throw new UsageError(`--union: ${nameOf(file)} has no header that says what its columns are`)
  }
  return { files, to }
}

async function tableOf(files: readonly File[], to: Format, isUnion: boolean, reading: CsvOptions, io: Io) {
  const tables: Table<object>[] = []
  const withHeader: Table<object>[] = []
  for (const { file, format } of files) {
    const table = await (isTable(format) ? openTable : openRecords)(file, reading, io)
    tables.push(table)
    if (isTable(format)) withHeader.push(table)
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
  for (const { file, format } of files) {
    if (to === 'ndjson' && isTable(format)) {
      const { columns, rows } = await openTable(file, reading, io)
      inputs.push(pipe(rows, map(jsonOf(columns)), map(bytewise)))
    } else inputs.push(byteLines(file, io, { encoding }))
  }
  return chain(inputs, labelsOf(files))
}

const labelsOf = (files: readonly File[]) => ({ labels: files.map(({ file }) => nameOf(file)) })
