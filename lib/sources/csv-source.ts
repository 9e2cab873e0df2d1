import type { Transform } from 'node:stream'
import csvParser from 'csv-parser'
import { readOptions, count, type Rule } from '../cursor/options.ts'
import type { Place } from '../cursor/place.ts'
import { named } from '../cursor/recipe.ts'
import { runRules, type RunOptions } from '../cursor/root.ts'
import { FormatError, LimitError, show } from '../errors.ts'
import { flushable, none } from '../stages/marks.ts'
import { stepPlan, type StepFunction } from '../stages/step.ts'
import { toSource } from '../streams/source.ts'
import { throughPlan } from '../streams/through.ts'
import { bomless, isPath, nameOf, textRecipe, type TextSource } from './text.ts'

export interface CsvOptions extends RunOptions {
  /** What stands between two cells; `,` by default. */
  separator?: string | undefined
  /** The names of the columns, where the first row is a row like any other; `false` for their numbers. */
  headers?: readonly string[] | false | undefined
  /** The longest row allowed, in bytes, its end included; 1 MiB by default. */
  maxRowBytes?: number | undefined
}

/** A row by its columns' names; a cell without a name is `_` and its number, from 0. */
export type CsvRow = Record<string, string>

const MAX_ROW_BYTES = 2 ** 20

const separatorRule: Rule = {
  expected: 'one ASCII character that is neither a quote nor a line end',
  holds: (value) => typeof value === 'string' && /^[\0-\x7f]$/.test(value) && !/["\r\n]/.test(value),
}
const headersRule: Rule = {
  expected: 'an array of different strings, or false',
  holds: (value) =>
    value === false ||
    (Array.isArray(value) &&
      value.every((name) => typeof name === 'string') &&
      new Set(value).size === value.length),
}

/**
 * The rows of a CSV file, or of a stream of its bytes or text (UTF-8), as objects by column name; a byte order mark is
 * stripped. Cells are strings; every name is kept, `__proto__` too. An empty line is a row without cells.
 *
 * A path opens afresh every time it is iterated, and so does a function that gives a stream; a stream is read once.
 *
 * Order: as the file has it. Memory: the rows of one chunk and a row cut by its end. Opens the file at the first demand,
 * closes it at the end, on error and on early exit. Emits when a row is complete; backpressures when downstream does;
 * completes after the last row; cancels the stream when it is closed. Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for a row
 * over the limit; `FormatError` (`ERR_FANPIPE_FORMAT`) for a header with a name twice or a quote without its partner;
 * `ArgumentError`; those of the file, unchanged. Laws: E1, FR, DTR, L1, C1, X1.
 *
 * @example
 * await chain([csvSource([Buffer.from('a,b\n1,"x,y"\n')])]).toArray() // => [{ a: '1', b: 'x,y' }]
 */
export function csvSource(source: TextSource, options: CsvOptions = {}): AsyncIterable<CsvRow> {
  const settings = readOptions(options, {
    ...runRules,
    separator: separatorRule,
    headers: headersRule,
    maxRowBytes: count,
  })
  const chunks = stepPlan<unknown, unknown>(bomless)
  const bytes = stepPlan<unknown, unknown>(() => wholeEnds(!isPath(source)))
  const rows = throughPlan<unknown, CsvRow>((place) => rowParser(settings, place), 'source')
  const rowName = (index: number): string => `row ${index + (settings.headers === undefined ? 2 : 1)}`
  return toSource(named(rows(bytes(chunks(textRecipe(source)))), nameOf(source), rowName), settings)
}

const [CR] = Buffer.from('\r')

/**
 * Bytes, cut so that csv-parser reads them right: it takes a CRLF cut in two for two ends, and a surrogate pair of text is
 * no character by halves. It takes quotes out of a chunk in place, so a chunk that others may hold is copied first.
 */
function wholeEnds(shared: boolean): StepFunction<unknown> {
  let text = ''
  let bytes: Buffer = Buffer.alloc(0)
  const join = (chunk: string | Uint8Array): Buffer => {
    if (typeof chunk !== 'string') {
      if (bytes.length > 0) return Buffer.concat([bytes, chunk])
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      return shared && buffer.includes('""') ? Buffer.from(buffer) : buffer
    }
    const whole = text + chunk
    const end = /[\uD800-\uDBFF]$/.test(whole) ? whole.length - 1 : whole.length
    text = whole.slice(end)
    return Buffer.concat([bytes, Buffer.from(whole.slice(0, end))])
  }
  const step = (chunk: unknown): unknown => {
    const joined = join(chunk as string | Uint8Array)
    const end = joined.at(-1) === CR ? joined.length - 1 : joined.length
    bytes = joined.subarray(end)
    return end === 0 ? none : joined.subarray(0, end)
  }
  return flushable(step, () => Buffer.concat([bytes, Buffer.from(text)]))
}

/** What csv-parser keeps, and every version of it in range keeps so: tests pin it. */
interface Parser extends Transform {
  readonly state: { readonly quoted: boolean; readonly lineNumber: number }
}

type Callback = (error?: Error | null) => void

/** csv-parser, with errors that name their row, and the columns it would drop. */
function rowParser(options: CsvOptions, place: Place): Transform {
  const { separator = ',', headers, maxRowBytes = MAX_ROW_BYTES } = options
  const columns = new Columns(place)
  const parser = csvParser({
    separator,
    maxRowBytes,
    ...(headers === undefined ? {} : { headers: headers && headers.map((name) => columns.add(name)) }),
    mapHeaders: ({ header }) => columns.add(header),
  }) as Parser
  const { _transform: transform, _flush: flush, push } = parser
  const guarded = (run: (callback: Callback) => void, callback: Callback): void => {
    try {
      run((error) => {
        const tooLong = error?.message === 'Row exceeds the maximum size'
        callback(tooLong ? rowTooLong(place, parser.state.lineNumber, maxRowBytes) : error)
      })
    } catch (error) {
      callback(error as Error)
    }
  }
  parser._transform = (chunk, encoding, callback) =>
    guarded((done) => transform.call(parser, chunk, encoding, done), callback)
  parser._flush = (callback) =>
    guarded((done) => {
      if (parser.state.quoted) throw unpaired(place, parser.state.lineNumber)
      flush.call(parser, done)
    }, callback)
  parser.push = (row) => push.call(parser, columns.renamed && row !== null ? columns.restored(row) : row)
  return parser
}

const rowTooLong = (place: Place, index: number, limit: number): LimitError =>
  new LimitError(
    place,
    index,
    limit,
    `row ${index}: longer than ${limit} bytes (maxRowBytes); a quote without its partner joins rows`,
  )

const unpaired = (place: Place, index: number): FormatError =>
  new FormatError(
    place,
    index,
    `row ${index}: a quote without its partner, before the end; a lone quote inside a cell (5") must be doubled, and its cell quoted`,
  )

/** Names that an object takes for something else: csv-parser drops such columns, so it is given others. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype'])

class Columns {
  readonly #names = new Set<string>()
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  renamed = false

  add(name: string): string {
    if (this.#names.has(name))
      throw new FormatError(this.#place, 0, `row 0: two columns have the name ${show(name)}`)
    this.#names.add(name)
    if (!DANGEROUS.has(name)) return name
    this.renamed = true
    return `\0${name}`
  }

  restored(row: CsvRow): CsvRow {
    const restored: CsvRow = {}
    for (const [key, value] of Object.entries(row)) {
      const name = key.startsWith('\0') && DANGEROUS.has(key.slice(1)) ? key.slice(1) : key
      Object.defineProperty(restored, name, { value, writable: true, enumerable: true, configurable: true })
    }
    return restored
  }
}
