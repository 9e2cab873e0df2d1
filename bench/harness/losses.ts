/** What a reader should not have to look for: where another way is faster, and what was aimed at and missed. */
import { median } from 'simple-statistics'
import { factor, figure } from './numbers.ts'
import type { RaceResult, Run } from './result.ts'
import { allColumns, type Column } from './runs.ts'
import { per } from './tables.ts'
import { peersOf, ratioOf, told, verdicts } from './verdict.ts'

export function losses(runs: readonly Run[]): string {
  const columns = allColumns(runs).sort((a, b) => a.result.name.localeCompare(b.result.name))
  const all = columns.flatMap((column) =>
    lossesOf(column).map((loss) => `- \`${column.result.name}\`, Node ${column.run.node}: ${loss}`),
  )
  return all.length === 0 ? 'Nothing, in these runs.' : all.join('\n')
}

function lossesOf(column: Column): string[] {
  const { result } = column
  if (result.kind === 'failure') return ['it failed']
  const missed = verdicts(column)
    .filter(({ met }) => !met)
    .map(told)
  return result.kind === 'race' ? [...faster(result), ...missed] : missed
}

function faster(race: RaceResult): string[] {
  const ns = (way: string): string => figure(median(race.ways[way]?.ns ?? []))
  return peersOf(race)
    .map((way) => ({ way, ratio: ratioOf(race, way) }))
    .filter(({ ratio }) => ratio < 1)
    .map(
      ({ way, ratio }) =>
        `\`${way}\` takes ${factor(ratio)} of our time (${ns(way)} against ${ns('fanpipe')} ${per(race.unit)})`,
    )
}
