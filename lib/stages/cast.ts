import { traceOneToOne } from '../kernel/item-origin.ts'
import { check, isRecord, readOptions, failOrReport, type Rule } from '../kernel/options.ts'
import { show, type FormatError } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { none } from './marks.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isThenable } from '../kernel/guards.ts'

/** What a cell is converted to. A function throws if the cell cannot be converted, and may return a promise. */
export type Cast = keyof typeof casts | ((cell: string) => unknown)

type Row<S> = { readonly [N in keyof S]?: string }
type Value<C> = (C extends keyof typeof casts ? (typeof casts)[C] : C) extends (cell: string) => infer B
  ? Awaited<B>
  : never

/**
 * A row `R` after a cast: the named columns are converted, the others unchanged. If the column names of `R` are not known at
 * compile time, any other column may have any of these types.
 */
export type Casted<S extends Readonly<Record<string, Cast>>, R = Readonly<Record<string, unknown>>> = {
  -readonly [N in keyof R as N extends keyof S ? never : N]: string extends N
    ? R[N] | Value<S[keyof S]>
    : R[N]
} & { -readonly [N in keyof S]: Value<S[N]> }

export interface CastOptions {
  /**
   * `'fail'`, the default, or a function that is called with a row that cannot be cast, which is then left out. A promise is
   * awaited, except over a sync iterable, where it is an `ArgumentError`.
   */
  invalid?: 'fail' | ((row: object, error: FormatError) => unknown) | undefined
}

const castRule: Rule = {
  expected: `an object of 'number', 'integer', 'boolean', 'date' or functions, by column`,
  holds: (value) =>
    isRecord(value) &&
    Object.values(value).every((cast) => typeof cast === 'function' || Object.hasOwn(casts, String(cast))),
}

export interface CastMaker<F extends FaceName> {
  /**
   * A stage that converts the named cells of each row: to a `'number'` (decimal, finite), an `'integer'` (safe), a
   * `'boolean'` (`true` or `false`), a `'date'` (ISO 8601; a time of day needs an offset, or it would depend on the
   * machine's time zone), or to what a function of the cell returns. Other columns stay as they are.
   *
   * Order: the order of the input.
   *
   * Memory: one row.
   *
   * Emits when: a row was converted.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`), which names the item (behind `csvSource`, the row), the column and the cell,
   * unless `invalid` is a function, which is called instead.
   *
   * See also: `csvSource`, `project`.
   *
   * @example
   * Array.from(cast({ n: 'number' })([{ id: 'a', n: '1.5' }])) // => [{ id: 'a', n: 1.5 }]
   */
  <const S extends Readonly<Record<string, Cast>>, R extends Row<S> = Row<S> & Record<string, unknown>>(
    columns: S,
    options?: CastOptions,
  ): StageOf<F, R, Casted<S, R>>
}

export const cast: CastMaker<'iter'> = <const S extends Readonly<Record<string, Cast>>, R extends Row<S>>(
  columns: S,
  options: CastOptions = {},
): SyncStage<R, Casted<S, R>> => {
  check(columns, 'columns', castRule)
  const { invalid = 'fail' } = readOptions(options, { invalid: failOrReport })
  const readers = Object.entries(columns).map(([name, cast]) => ({
    name,
    read: typeof cast === 'function' ? cast : (cell: string) => casts[cast](cell),
  }))
  return toStage(
    stepPlan<R, Casted<S, R>>(
      (place) => {
        if (invalid === 'fail') traceOneToOne(place)
        const onInvalid = (row: object, index: number, name: string, cause: unknown): unknown => {
          const problem = `, column ${show(name)}: ${cause instanceof Error ? cause.message : show(cause)}`
          const error = badItem(place, index, problem, { column: name, cause })
          if (invalid === 'fail') throw error
          const reported: unknown = invalid(row, error)
          return isThenable(reported) ? Promise.resolve(reported).then(() => none) : none
        }
        /** Converts the columns from index `first` on; a promise for one cell is awaited before the next column. */
        const castFrom = (
          first: number,
          row: object,
          done: Record<string, unknown>,
          index: number,
        ): unknown => {
          for (let i = first; i < readers.length; i++) {
            const { name, read } = readers[i] as (typeof readers)[number]
            let value: unknown
            try {
              value = read((row as Record<string, string>)[name] as string)
            } catch (cause) {
              return onInvalid(row, index, name, cause)
            }
            done[name] = value
            if (!isThenable(value)) continue
            return Promise.resolve(value).then(
              (converted) => {
                done[name] = converted
                return castFrom(i + 1, row, done, index)
              },
              (cause: unknown) => onInvalid(row, index, name, cause),
            )
          }
          return done
        }
        return (row, index) => castFrom(0, row, { ...row }, index)
      },
      'columns or invalid',
      { tracesLatest: invalid !== 'fail' },
    ),
  )
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const ISO_8601 = /^\d{4}-\d\d(-\d\d)?(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

const casts = {
  number(cell: string): number {
    const value = DECIMAL.test(cell) ? Number(cell) : NaN
    return Number.isFinite(value) ? value : refuse(cell, 'a decimal number')
  },
  integer(cell: string): number {
    const value = DECIMAL.test(cell) ? Number(cell) : NaN
    return Number.isSafeInteger(value) ? value : refuse(cell, 'an integer')
  },
  boolean(cell: string): boolean {
    return cell === 'true' || (cell !== 'false' && refuse(cell, `'true' or 'false'`))
  },
  date(cell: string): Date {
    const value = new Date(ISO_8601.test(cell) ? cell : NaN)
    const isDate = !Number.isNaN(value.getTime()) && isExistingDay(cell.split('T', 1)[0] as string)
    return isDate ? value : refuse(cell, 'a valid ISO 8601 date')
  },
}

/** Whether the day exists: `Date` turns February 30 into March 2. */
const isExistingDay = (text: string): boolean => new Date(text).toISOString().startsWith(text)

function refuse(cell: unknown, wanted: string): never {
  throw new TypeError(cell === undefined ? 'the row has no such column' : `${show(cell)} is not ${wanted}`)
}
