/** Formats the result of one benchmark for the terminal. */
import type { Column } from './runs.ts'
import { curveTable, describeWork, raceTable } from './tables.ts'
import { describe, verdicts } from './verdict.ts'

export function formatResult(column: Column): string {
  const { run, result } = column
  if (result.kind === 'failure') return `\n${result.name}: FAILED: ${result.reason}`
  const body =
    result.kind === 'race'
      ? [describeWork(result), raceTable([{ run, result }])]
      : [curveTable([{ run, result }])]
  const notes = (result.notes ?? []).map((note) => `note: ${note}`)
  const targets = verdicts(column).map(describe)
  return ['', `${result.name}: ${result.title}`, ...body, ...notes, ...targets].join('\n')
}
