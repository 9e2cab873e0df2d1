import { stringify } from 'csv-stringify/sync'
import { ArgumentError, show, showItem } from '../errors.ts'
import { readOptions, texts, type Rule } from '../kernel/options.ts'
import type { Place } from '../kernel/place.ts'
import { badItem } from './bad-item.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { blocksPlan, type BlockWriter } from './text-blocks.ts'

export interface ToCsvOptions {
  /** The columns in their order; by default the keys of the first row. */
  columns?: readonly string[] | undefined
  /** The character between cells; `,` by default. */
  separator?: string | undefined
  /** What ends each row; `'\n'` by default. */
  end?: '\n' | '\r\n' | undefined
}

export interface ToCsvMaker<F extends FaceName> {
  /**
   * A stage that writes objects as the rows of a CSV table with a header, and yields text in blocks of whole rows, for a file or
   * another sink of bytes. `csvSource` reads back the same cells.
   *
   * A string, a number, a bigint or a boolean becomes a cell; null, undefined and a missing cell are empty. A cell is quoted where
   * it has to be, and a name in the header also if it holds any separator that `csvSource` would detect.
   *
   * Order: the order of the input. The header comes first, also if `columns` is given and there are no rows.
   *
   * Memory: one block, which is 64 KiB and a row at most.
   *
   * Emits when: a block holds 64 KiB, the input has had nothing ready for one turn of the event loop, or it has ended.
   *
   * Backpressures when: downstream does.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it, and the rows of an unfinished block are dropped.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for an item that is not an object with columns, for a cell that is an object, and
   * for a row with a column that is not among `columns`. It comes after the rows before it, and so does upstream's own error, which
   * arrives unchanged. `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used.
   *
   * See also: `csvSource`, `project` to choose and rename columns, `toNdjson`.
   *
   * Use `toNdjson` instead when cells are objects or lists.
   *
   * @example
   * import { chain, toCsv } from 'fanpipe'
   *
   * const csv = await chain([toCsv()([{ id: 1, name: 'a, b' }, { id: 2 }])]).toArray()
   * csv // => ['id,name\n1,"a, b"\n2,\n']
   */
  <A extends object = object>(options?: ToCsvOptions): StageOf<F, A, string>
}

const rules = {
  columns: texts,
  separator: {
    expected: 'one ASCII character other than a quote or a line end',
    holds: (value) => typeof value === 'string' && /^[\t -!#-~]$/.test(value),
  },
  end: { expected: "'\\n' or '\\r\\n'", holds: (value) => value === '\n' || value === '\r\n' },
} satisfies Record<string, Rule>

export const toCsv: ToCsvMaker<'iter'> = (options = {}): SyncStage<object, string> => {
  const { columns, separator = ',', end = '\n' } = readOptions(options, rules)
  if (columns !== undefined) checkColumns(columns)
  return toStage(blocksPlan((place) => new CsvWriter(place, columns, separator, end)))
}

function checkColumns(columns: readonly string[]): void {
  const expected = 'a list of different names, at least one'
  if (columns.length === 0) throw new ArgumentError('columns', expected, 'none')
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) throw new ArgumentError('columns', expected, `${show(twice)} twice`)
}

/** What csvSource may take for a separator, and a byte order mark that it would strip. */
const QUOTED_IN_HEADER = [/[,;\t|]/, /^\uFEFF/]
/** In a table of one column an empty line would be read as no row, and a comma as the separator, since the header has none. */
const QUOTED_ALONE = [/^$/, /,/]

class CsvWriter implements BlockWriter<unknown> {
  readonly #place: Place
  readonly #separator: string
  readonly #end: string
  #columns: readonly string[] | undefined
  #known: ReadonlySet<string> = new Set()
  #header = ''
  #rows: string[][] = []
  #length = 0

  constructor(place: Place, columns: readonly string[] | undefined, separator: string, end: string) {
    this.#place = place
    this.#separator = separator
    this.#end = end
    if (columns !== undefined) this.#begin(columns)
  }

  get length(): number {
    return this.#length
  }

  add(row: unknown, index: number): void {
    if (typeof row !== 'object' || row === null || Array.isArray(row) || row instanceof Map)
      throw badItem(this.#place, index, `: ${showItem(row)} is not an object with columns`)
    const names = Object.keys(row)
    if (this.#columns === undefined && names.length === 0)
      throw badItem(this.#place, index, ': the first row has no columns: set `columns`')
    const columns = this.#columns ?? names
    const cells = columns.map((name) =>
      Object.hasOwn(row, name) ? this.#cell((row as Record<string, unknown>)[name], name, index) : '',
    )
    if (this.#columns === undefined) this.#begin(columns)
    const unknown = names.find((name) => !this.#known.has(name))
    if (unknown !== undefined) {
      const remedy = 'list it in `columns`, or choose columns with project'
      throw badItem(
        this.#place,
        index,
        `, column ${show(unknown)}: it is not among the columns of the table: ${remedy}`,
        { column: unknown },
      )
    }
    this.#rows.push(cells)
    for (const cell of cells) this.#length += cell.length + 1
  }

  take(): string {
    const text = this.#header + this.#write(this.#rows, columnsAlone(this.#columns))
    this.#header = ''
    this.#rows = []
    this.#length = 0
    return text
  }

  #begin(columns: readonly string[]): void {
    this.#columns = columns
    this.#known = new Set(columns)
    this.#header = this.#write([columns], [...QUOTED_IN_HEADER, ...columnsAlone(columns)])
    this.#length += this.#header.length
  }

  #write(rows: readonly (readonly string[])[], quoted: RegExp[]): string {
    return stringify(rows as string[][], {
      delimiter: this.#separator,
      record_delimiter: this.#end,
      quoted_match: [/[\r\n]/, ...quoted],
    })
  }

  #cell(value: unknown, name: string, index: number): string {
    switch (typeof value) {
      case 'string':
        return value
      case 'number':
      case 'bigint':
      case 'boolean':
        return String(value)
      case 'undefined':
        return ''
      default:
        if (value === null) return ''
        throw badItem(
          this.#place,
          index,
          `, column ${show(name)}: ${show(value)} is not a cell: map it to a string`,
          { column: name },
        )
    }
  }
}

const columnsAlone = (columns: readonly string[] | undefined): RegExp[] =>
  columns?.length === 1 ? QUOTED_ALONE : []
