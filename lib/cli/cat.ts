import { chain, map, ndjsonSource, pipe, toCsv, toLines } from '../index.ts'
import { catSpec } from './cat-spec.ts'
import type { Command } from './command.ts'
import { byteLines, checkFiles, checkOperands, nameOf, STDIN } from './files.ts'
import { formatOf, isTable, readFormat, separatorOf, type Format } from './format.ts'
import { OK, type Io } from './io.ts'
import { columnsOf, openTable } from './table.ts'
import { UsageError, type Parsed } from './usage.ts'
import { bytesOf, utf8Of, writeOut } from './write-out.ts'

interface File {
  readonly file: string
  readonly format: Format
}

export const cat: Command = {
  spec: catSpec,
  async run(parsed, io) {
    const { files, to } = readFiles(parsed)
    await checkFiles(parsed.operands)
    const bytes = isTable(to)
      ? await tableOf(files, to, parsed.has('union'), io)
      : pipe(await linesOf(files, to, io), toLines(), map(bytesOf))
    await writeOut(bytes, parsed.get('output'), io)
    return OK
  },
}

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

async function tableOf(files: readonly File[], to: Format, isUnion: boolean, io: Io) {
  const tables = []
  const inputs: AsyncIterable<object>[] = []
  for (const { file, format } of files) {
    if (format === 'ndjson') {
      inputs.push(ndjsonSource<object>(file === STDIN ? io.stdin : file))
      continue
    }
    const table = await openTable(file, io)
    tables.push(table)
    inputs.push(table.rows)
  }
  const columns = columnsOf(tables, isUnion)
  const options = { separator: separatorOf(to), ...(columns.length === 0 ? {} : { columns }) }
  return pipe(chain(inputs, labelsOf(files)), toCsv(options), map(utf8Of))
}

/** A line for each item. Lines that need no other format keep their bytes. */
async function linesOf(files: readonly File[], to: Format, io: Io) {
  const inputs: AsyncIterable<string>[] = []
  for (const { file, format } of files)
    inputs.push(
      to === 'ndjson' && isTable(format)
        ? pipe((await openTable(file, io)).rows, map(jsonOf))
        : byteLines(file, io),
    )
  return chain(inputs, labelsOf(files))
}

const labelsOf = (files: readonly File[]) => ({ labels: files.map(({ file }) => nameOf(file)) })
const jsonOf = (row: object): string => Buffer.from(JSON.stringify(row)).toString('latin1')
