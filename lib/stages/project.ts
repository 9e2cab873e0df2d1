import { traceOneToOne } from '../kernel/item-origin.ts'
import { check, texts } from '../kernel/options.ts'
import { show } from '../errors.ts'
import { badItem } from './bad-item.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'
import { isObject } from '../kernel/guards.ts'

/** A row `R` reduced to the columns `K`, all of which are required. */
export type Projected<K extends string, R> = { -readonly [N in keyof Pick<R, K & keyof R>]-?: R[N] }

export interface ProjectMaker<F extends FaceName> {
  /**
   * A stage that yields only the named columns of each row, in the order in which they are named.
   *
   * Order: the order of the input, 1:1.
   *
   * Memory: one row.
   *
   * Emits when: a row arrives.
   *
   * Completes when: upstream does.
   *
   * Cancels when: the output is closed; upstream is closed with it.
   *
   * Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for a row without one of the columns.
   *
   * See also: `csvSource`, `cast`.
   *
   * @example
   * Array.from(project(['a', 'b'])([{ b: '2', x: '9', a: '1' }])) // => [{ a: '1', b: '2' }]
   */
  <const K extends string, R extends { readonly [N in K]?: unknown } = { readonly [N in K]?: string }>(
    columns: readonly K[],
  ): StageOf<F, R, Projected<K, R>>
}

export const project: ProjectMaker<'iter'> = <
  const K extends string,
  R extends { readonly [N in K]?: unknown },
>(
  columns: readonly K[],
): SyncStage<R, Projected<K, R>> => {
  check(columns, 'columns', texts)
  const names = [...columns]
  return toStage(
    stepPlan((place) => {
      traceOneToOne(place)
      return (row, index) => {
        const projected = names.map((name): [string, unknown] => {
          if (isObject(row) && Object.hasOwn(row, name)) return [name, row[name]]
          throw badItem(place, index, `: no column ${show(name)}`, { column: name })
        })
        return Object.fromEntries(projected)
      }
    }),
  )
}
