/** Combines several runs into one report. */
import type { CurveResult, RaceResult, Result, Run } from './result.ts'

/** The result of one benchmark in one run. */
export interface Column<R extends Result = Result> {
  readonly run: Run
  readonly result: R
}

/** Merges the runs with the same Node version and scale; for each benchmark the latest result wins. */
export function byNode(runs: readonly Run[]): Run[] {
  const joined = new Map(runs.map((run) => [groupOf(run), { ...run, results: [] as Result[] }]))
  for (const run of runs.toSorted((a, b) => a.date.localeCompare(b.date))) {
    const before = joined.get(groupOf(run))?.results ?? []
    const kept = before.filter(({ name }) => !run.results.some((later) => later.name === name))
    joined.set(groupOf(run), { ...run, results: [...kept, ...run.results] })
  }
  return [...joined.values()]
}

const groupOf = ({ node, scale }: Run): string => `${node} ${scale}`

export const namesOf = (runs: readonly Run[]): string[] =>
  [...new Set(runs.flatMap(({ results }) => results.map(({ name }) => name)))].sort()

export const allColumns = (runs: readonly Run[]): Column[] =>
  runs.flatMap((run) => run.results.map((result) => ({ run, result })))

/** The results of one benchmark in all runs that include it. */
export function columnsOf(
  runs: readonly Run[],
  name: string,
): { races: Column<RaceResult>[]; curves: Column<CurveResult>[] } {
  const found = allColumns(runs).filter(({ result }) => result.name === name)
  return {
    races: found.filter((column): column is Column<RaceResult> => column.result.kind === 'race'),
    curves: found.filter((column): column is Column<CurveResult> => column.result.kind === 'curve'),
  }
}
