import { blamed, isObject } from '../cursor/place.ts'
import { check, texts } from '../cursor/options.ts'
import { FormatError, show } from '../errors.ts'
import { stepPlan } from './step.ts'
import { toStage } from './stage.ts'
import type { FaceName, StageOf, SyncStage } from './stage-types.ts'

export interface ProjectMaker<F extends FaceName> {
  /**
   * A stage that gives of each row the named columns alone, in the order they are named.
   *
   * Order: as it comes, 1:1. Memory: one row. Emits when a row comes; backpressures when downstream does; completes when
   * upstream does; cancels upstream when it is closed. Errors: `FormatError` (`ERR_FANPIPE_FORMAT`) for a row without one of
   * the columns. Laws: E1, FR, L1, C1.
   *
   * @example
   * Array.from(project(['a', 'b'])([{ b: '2', x: '9', a: '1' }])) // => [{ a: '1', b: '2' }]
   */
  <const K extends string, V = string>(
    columns: readonly K[],
  ): StageOf<F, { readonly [N in K]?: V }, Record<K, V>>
}

export const project: ProjectMaker<'iter'> = <const K extends string, V = string>(
  columns: readonly K[],
): SyncStage<{ readonly [N in K]?: V }, Record<K, V>> => {
  check(columns, 'columns', texts)
  const names = [...columns]
  return toStage(
    stepPlan((place) => {
      let index = 0
      return (row) => {
        const projected = names.map((name): [string, V] => {
          if (isObject(row) && Object.hasOwn(row, name)) return [name, row[name] as V]
          throw blamed(new FormatError(place, index, `item ${index}: no column ${show(name)}`), place)
        })
        index++
        return Object.fromEntries(projected)
      }
    }),
  )
}
