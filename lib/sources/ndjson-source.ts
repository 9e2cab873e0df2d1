import type { Cursor } from '../kernel/cursor.ts'
import { isThenable } from '../kernel/guards.ts'
import { callback, readOptions } from '../kernel/options.ts'
import { withOrigin, type Place } from '../kernel/place.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Scope } from '../kernel/scope.ts'
import { FormatError, show } from '../errors.ts'
import { planOf } from '../stages/plan.ts'
import { SKIP, StepCursor } from '../stages/step-cursor.ts'
import { toSource } from '../streams/source.ts'
import { jsonFaultAt } from './json-fault.ts'
import { lineRecipe, textRules, type TextOptions } from './lines.ts'
import { Skipped } from './skipped.ts'
import type { TextSource } from './text.ts'

export interface NdjsonOptions<T> extends RunOptions, TextOptions {
  /** Turns a line into a value; `JSON.parse` by default. A promise is awaited. */
  parse?: ((line: string) => T | PromiseLike<T>) | undefined
}

/**
 * The values of a file of newline-delimited JSON (NDJSON, JSON Lines), or of a stream of its bytes or text: one value a line.
 * Blank lines are skipped. Numbers and repeated keys are as `parse` reads them. The type of the values is that which `parse`
 * returns; if you name it instead, as in `ndjsonSource<Order>(path)`, nothing checks it.
 *
 * A path, or a function that returns a stream, is opened again for every iteration; a stream can be read only once. Input that
 * begins as gzip does (1f 8b 08) is decompressed, unless `gunzip` is false.
 *
 * Order: the order of the file.
 *
 * Memory: that of `lineSource`, and one value.
 *
 * Opens and closes: opens the file on the first demand; closes it at the end, on an error and on an early exit.
 *
 * Emits when: a line is complete and was parsed.
 *
 * Backpressures when: downstream does.
 *
 * Completes when: the last value was yielded.
 *
 * Cancels when: the output is closed; the file or stream is closed with it.
 *
 * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for a line that `parse` throws for, with the line number, the text around the fault
 * and what was thrown as its `cause`; all those of `lineSource`; `NullItemError` (`ERR_FANPIPE_NULL`) for the value `null` where a
 * Node stream would have to output it.
 *
 * See also: `lineSource`, `csvSource`.
 *
 * @example
 * await chain([ndjsonSource(['{"n":1}\n\n{"n', '":2}'])]).toArray() // => [{ n: 1 }, { n: 2 }]
 */
export function ndjsonSource<T = unknown>(
  source: TextSource,
  options: NdjsonOptions<T> = {},
): AsyncIterable<T> {
  const settings = readOptions(options, { ...runRules, ...textRules, parse: callback })
  const { parse = JSON.parse as (line: string) => T } = settings
  const values = planOf<string, T>((open, scope, place) => new NdjsonCursor(open(), scope, place, parse))
  return toSource(values(lineRecipe(source, settings)), settings)
}

const BLANK: unique symbol = Symbol('fanpipe.blank')
const WHITE_SPACE = /^[\t\r ]*$/

class NdjsonCursor<T> extends StepCursor<string, T> {
  readonly #place: Place
  readonly #parse: (line: string) => unknown
  readonly #blanks = new Skipped()
  #items = 0

  constructor(upstream: Cursor<string>, scope: Scope, place: Place, parse: (line: string) => unknown) {
    super(upstream, scope, place, 'parse')
    this.#place = place
    this.#parse = parse
    place.nameItems({
      name: (index) => {
        const line = this.#lineOf(index)
        return line === undefined ? undefined : `line ${line}`
      },
      line: (index) => this.#lineOf(index),
    })
  }

  protected override run(line: string): unknown {
    if (WHITE_SPACE.test(line)) return BLANK
    const index = this.#items++
    try {
      const value = this.#parse(line)
      if (!isThenable(value)) return value
      return Promise.resolve(value).catch((cause: unknown) => {
        throw this.#fault(cause, line, index)
      })
    } catch (cause) {
      throw this.#fault(cause, line, index)
    }
  }

  protected override get inputIndex(): number {
    return this.#items - 1
  }

  protected override settle(result: unknown): T | typeof SKIP {
    if (result !== BLANK) return result as T
    this.#blanks.add(this.#items, 1)
    return SKIP
  }

  /** The line of a value, from 1; undefined if it is no longer known. */
  #lineOf(index: number): number | undefined {
    const blanks = this.#blanks.before(index)
    return blanks === undefined ? undefined : index + 1 + blanks
  }

  #fault(cause: unknown, text: string, index: number): FormatError {
    const name = this.#place.item(index)
    const at = jsonFaultAt(text, cause)
    const where = at === undefined ? `in ${show(text)}` : `column ${at + 1}, near ${around(text, at)}`
    const what = `${name}, ${where}: ${cause instanceof Error ? cause.message : show(cause)}`
    const column = at === undefined ? undefined : at + 1
    return withOrigin(
      new FormatError(this.#place, index, what, { line: this.#lineOf(index), column, cause }),
      this.#place,
    )
  }
}

/** How many characters before and after the fault a message shows. */
const SHOWN = 25

function around(text: string, at: number): string {
  const [from, to] = [Math.max(0, at - SHOWN), at + SHOWN]
  return `${from > 0 ? '…' : ''}${show(text.slice(from, to))}${to < text.length ? '…' : ''}`
}
