/** Where a peer is faster than fanpipe, and which targets are missed, so that a reader need not search the tables for them. */
import { median } from 'simple-statistics'
import { factor, figure } from './numbers.ts'
import type { RaceResult, Run } from './result.ts'
import { allColumns, type Column } from './runs.ts'
import { nsPer } from './tables.ts'
import { describe, peersOf, ratioOf, verdicts } from './verdict.ts'

export function losses(runs: readonly Run[]): string {
  const columns = allColumns(runs).sort((a, b) => a.result.name.localeCompare(b.result.name))
  const all = columns.flatMap((column) =>
    lossesOf(column).map((loss) => `- \`${column.result.name}\`, Node ${column.run.node}: ${loss}`),
  )
  return all.length === 0 ? 'Nothing in these runs.' : all.join('\n')
}

function lossesOf(column: Column): string[] {
  const { result } = column
  if (result.kind === 'failure') return ['failed']
  const missed = verdicts(column)
    .filter(({ met }) => !met)
    .map(describe)
  return result.kind === 'race' ? [...fasterPeers(result), ...missed] : missed
}

function fasterPeers(race: RaceResult): string[] {
  const ns = (way: string): string => figure(median(race.ways[way]?.ns ?? []))
  return peersOf(race)
    .map((way) => ({ way, ratio: ratioOf(race, way) }))
    .filter(({ ratio }) => ratio < 1)
    .map(
      ({ way, ratio }) =>
        `\`${way}\` takes ${factor(ratio)} times as long as fanpipe (${ns(way)} vs ${ns('fanpipe')} ${nsPer(race.unit)})`,
    )
}
