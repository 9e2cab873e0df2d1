import { WorkBudget } from '../kernel/work-budget.ts'
import { DONE, PENDING, type Cursor, type Step } from '../kernel/cursor.ts'
import { flag, positiveInteger, isListOf, oneOf, readOptions, text, type Rule } from '../kernel/options.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import { named } from '../kernel/recipe-views.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Scope } from '../kernel/scope.ts'
import { ArgumentError, show } from '../errors.ts'
import { planOf } from '../stages/plan.ts'
import { toSource } from '../streams/source.ts'
import { duplicateOf } from './csv-columns.ts'
import { CsvRows, type CsvRow } from './csv-rows.ts'
import type { CsvSettings } from './csv-settings.ts'
import { csvText } from './csv-text.ts'
import { invalidRule, type Invalid } from './decoding.ts'
import { nameOf, type TextSource } from './text.ts'
import { Utf8Encoder } from './utf8-encoder.ts'

export type { CsvRow } from './csv-rows.ts'

export interface CsvOptions extends RunOptions {
  /**
   * The character between two cells. By default it is detected: the only one of `,` `;` tab and `|` in the header line; if there
   * are several, the only one that gives the header and the next row the same number of cells; `,` if there is none, or if
   * `headers` is given.
   */
  separator?: string | undefined
  /** The names of the columns; the first row is then data too. `false` names them by their index: `'0'`, `'1'`, … */
  headers?: readonly string[] | false | undefined
  /** The character around a cell that contains a separator, a quote or a line end; `"` by default. `false`: quotes are text. */
  quote?: string | false | undefined
  /** The character that escapes a quote, or itself, inside a quoted cell: another quote by default. */
  escape?: string | undefined
  /** The encoding of bytes: a label that `TextDecoder` knows, `'utf-8'` by default. */
  encoding?: string | undefined
  /** What happens to bytes that are invalid in the encoding: `'replace'`, the default, decodes them as U+FFFD; or `'fail'`. */
  invalid?: Invalid | undefined
  /**
   * What happens to a row with more or fewer cells than there are columns: `'fail'`, the default, or `'keep'`. With `'keep'`,
   * missing cells are absent, and surplus ones are named `_` and their index from 0 (with more `_` if a column has that name).
   */
  ragged?: 'fail' | 'keep' | undefined
  /** The longest row allowed, in bytes of UTF-8, its end included; 1 MiB by default. */
  maxRowBytes?: number | undefined
  /** Whether input that begins as gzip does (1f 8b 08) is decompressed; true by default. */
  gunzip?: boolean | undefined
}

const MAX_ROW_BYTES = 2 ** 20

const isCharacter = (value: unknown): boolean =>
  typeof value === 'string' && /^[^\r\n\x80-\uFFFF]$/.test(value)
const CHARACTER = 'one ASCII character that is not a line end'
const characterRule: Rule = { expected: CHARACTER, holds: isCharacter }
const quoteRule: Rule = {
  expected: `${CHARACTER}, or false`,
  holds: (value) => value === false || isCharacter(value),
}
const headersRule: Rule = {
  expected: 'an array of strings, no two the same, or false',
  holds: (value) =>
    value === false || (isListOf(value, text.holds) && duplicateOf(value as readonly string[]) === undefined),
}

/**
 * The rows of a CSV file, or of a stream of its bytes or text, as objects by column name, parsed by csv-parser. A byte order
 * mark is stripped. Cells are strings; every name is kept, `__proto__` too; a column without a name is called `_` and its
 * index from 0. Blank lines are skipped.
 *
 * Nothing is guessed: a quoted cell must begin and end with its quote, and all lines must end like the first one, either in LF or
 * CRLF, or in CR alone. Anything else is an error that names the row.
 *
 * Input that begins as gzip does (1f 8b 08) is decompressed, unless `gunzip` is false. It may consist of several members, with
 * zero bytes after the last one.
 *
 * A path, or a function that returns a stream, is opened again for every iteration; a stream can be read only once.
 *
 * Order: the order of the file.
 *
 * Memory: up to 64 KiB, the rows in it, and an incomplete row.
 *
 * Opens and closes: opens the file on the first demand; closes it at the end, on an error and on an early exit.
 *
 * Emits when: a row is complete.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: the last row was yielded.
 *
 * Cancels when: the output is closed; the file or stream is closed with it.
 *
 * Errors: `LimitError` (`ERR_FANPIPE_LIMIT`) for a row over the limit; `FormatError` (`ERR_FANPIPE_FORMAT`) for two columns of
 * the same name, a quote or a line end in the wrong place, a ragged row, a separator that cannot be detected, bytes that are not
 * of the encoding with `invalid: 'fail'`, the byte order mark of another encoding, or gzip data that is truncated, corrupt or
 * followed by other data; `ArgumentError` (`ERR_FANPIPE_ARGUMENT`) for an option that cannot be used; those of the file,
 * unchanged.
 *
 * See also: `cast`, `project`, `lineSource`, `ndjsonSource`.
 *
 * @example
 * await chain([csvSource([Buffer.from('a,b\n1,"x,y"\n')])]).toArray() // => [{ a: '1', b: 'x,y' }]
 */
export function csvSource(source: TextSource, options: CsvOptions = {}): AsyncIterable<CsvRow> {
  const settings = readOptions(options, {
    ...runRules,
    separator: characterRule,
    headers: headersRule,
    quote: quoteRule,
    escape: characterRule,
    encoding: text,
    invalid: invalidRule,
    ragged: oneOf('fail', 'keep'),
    maxRowBytes: positiveInteger,
    gunzip: flag,
  })
  const table = tableSettings(settings)
  const content = csvText(source, settings)
  const rows = planOf<string | Uint8Array, CsvRow>(
    (open, scope, place) => new CsvCursor(open(), new CsvRows(table, place), scope, place),
  )
  return toSource(named(rows(content), nameOf(source)), settings)
}

export function tableSettings(options: CsvOptions): CsvSettings {
  const { headers, quote = '"', ragged = 'fail', maxRowBytes = MAX_ROW_BYTES } = options
  const { separator = headers === undefined ? undefined : ',', escape = quote } = options
  if (quote === false && options.escape !== undefined)
    throw new ArgumentError('escape', 'omitted when quote is false')
  for (const [name, other] of Object.entries({ quote, escape })) {
    if (separator !== undefined && separator === other)
      throw new ArgumentError('separator', `a character other than ${name}`, show(separator))
  }
  const byteOf = (character: string | false | undefined): number | undefined =>
    character ? character.charCodeAt(0) : undefined
  return {
    separator: byteOf(separator),
    quote: byteOf(quote),
    escape: byteOf(escape),
    headers,
    ragged,
    maxRowBytes,
  }
}

/** At most this many bytes are parsed at once, however large the chunks are. */
const SLICE = 2 ** 16

/** For the work budget: scanning this many bytes costs as much as one item. */
const BYTES_PER_ITEM = 2 ** 8

class CsvCursor implements Cursor<CsvRow> {
  readonly #upstream: Cursor<string | Uint8Array>
  readonly #rows: CsvRows
  readonly #place: Place
  readonly #budget: WorkBudget
  readonly #encoder = new Utf8Encoder()
  #chunk: Uint8Array = new Uint8Array()
  /** How many bytes of the chunk have been parsed. */
  #parsed = 0
  /** How many of the parsed rows have been returned. */
  #returned = 0
  #isOver = false

  constructor(upstream: Cursor<string | Uint8Array>, rows: CsvRows, scope: Scope, place: Place) {
    this.#upstream = upstream
    this.#rows = rows
    this.#place = place
    this.#budget = new WorkBudget(scope)
    place.nameItems({
      name(index) {
        const row = rows.rowNumber(index)
        return row === undefined ? undefined : `row ${row}`
      },
      line: (index) => rows.lineNumber(index),
    })
  }

  next(): Step<CsvRow> {
    if (this.#budget.yielding) return PENDING
    for (;;) {
      const { rows, failure } = this.#rows
      if (this.#returned < rows.length) {
        this.#budget.reset()
        return rows[this.#returned++] as CsvRow
      }
      if (failure !== undefined) throw withOrigin(failure, this.#place)
      if (this.#isOver) return DONE
      if (this.#parsed === this.#chunk.length && !this.#pull()) return PENDING
      if (this.#budget.spend(this.#parseSlice())) return PENDING
    }
  }

  close(): void | Promise<void> {
    return this.#upstream.close()
  }

  /** Takes the next chunk or notes the end; false if the upstream is pending. */
  #pull(): boolean {
    const step = this.#upstream.next()
    if (step === PENDING) return false
    this.#isOver = step === DONE
    this.#chunk = step === DONE ? this.#encoder.end() : this.#encoder.encode(step)
    this.#parsed = 0
    return true
  }

  /** Parses the next part of the chunk; returns the cost for the work budget. */
  #parseSlice(): number {
    const slice = this.#chunk.subarray(this.#parsed, this.#parsed + SLICE)
    this.#parsed += slice.length
    this.#rows.add(slice, this.#isOver)
    this.#returned = 0
    return 1 + slice.length / BYTES_PER_ITEM
  }
}
