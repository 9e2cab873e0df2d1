/** One question's outcome on the terminal. */
import type { Column } from './runs.ts'
import { curveTable, raceTable, workOf } from './tables.ts'
import { told, verdicts } from './verdict.ts'

export function printed(column: Column): string {
  const { run, result } = column
  if (result.kind === 'failure') return `\n${result.name}: FAILED: ${result.reason}`
  const body =
    result.kind === 'race' ? [workOf(result), raceTable([{ run, result }])] : [curveTable([{ run, result }])]
  const notes = (result.notes ?? []).map((note) => `note: ${note}`)
  const judged = verdicts(column).map(told)
  return ['', `${result.name}: ${result.title}`, ...body, ...notes, ...judged].join('\n')
}
