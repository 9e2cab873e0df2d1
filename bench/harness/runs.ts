/** Several runs, side by side. */
import type { CurveResult, RaceResult, Result, Run } from './result.ts'

/** What one run found of a question. */
export interface Column<R extends Result = Result> {
  readonly run: Run
  readonly result: R
}

/** Runs of one Node and size are one, in which what was measured later counts. */
export function byNode(runs: readonly Run[]): Run[] {
  const joined = new Map(runs.map((run) => [sortOf(run), { ...run, results: [] as Result[] }]))
  for (const run of runs.toSorted((a, b) => a.date.localeCompare(b.date))) {
    const before = joined.get(sortOf(run))?.results ?? []
    const kept = before.filter(({ name }) => !run.results.some((later) => later.name === name))
    joined.set(sortOf(run), { ...run, results: [...kept, ...run.results] })
  }
  return [...joined.values()]
}

const sortOf = ({ node, scale }: Run): string => `${node} ${scale}`

export const namesOf = (runs: readonly Run[]): string[] =>
  [...new Set(runs.flatMap(({ results }) => results.map(({ name }) => name)))].sort()

export const allColumns = (runs: readonly Run[]): Column[] =>
  runs.flatMap((run) => run.results.map((result) => ({ run, result })))

/** What the runs that asked a question found. */
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
