/** Result tables in Markdown, also for the terminal. Several runs are shown side by side. */
import { markdownTable } from 'markdown-table'
import { count, factor, medianOrDash, size, spread } from './numbers.ts'
import type { CurveResult, RaceResult } from './result.ts'
import type { Column } from './runs.ts'
import { ratioOf, verdicts } from './verdict.ts'

export const nsPer = (unit: string): string => `ns/${unit}`

export function raceTable(columns: readonly Column<RaceResult>[]): string {
  const head = columns.flatMap(({ run, result }) => [
    `${run.node}: ${nsPer(result.unit)}`,
    'vs fanpipe',
    'peak RSS, MiB',
  ])
  const rows = namesOf(columns.map(({ result }) => result.ways)).map((way) => [
    way,
    ...columns.flatMap(({ result }) => {
      const timing = result.ways[way]
      if (timing === undefined) return ['–', '–', '–']
      const ratio = way === 'fanpipe' ? '' : factor(ratioOf(result, way))
      return [spread(timing.ns), ratio, medianOrDash(timing.peak)]
    }),
  ])
  return table(['way', ...head], rows)
}

export function curveTable(columns: readonly Column<CurveResult>[]): string {
  const [first] = columns
  if (first === undefined) return ''
  const { x, y } = first.result
  const several = columns.length > 1
  const rows = namesOf(columns.map(({ result }) => result.series)).flatMap((series) =>
    columns.map(({ run, result }) => [
      series,
      ...(several ? [run.node] : []),
      ...x.values.map((_, i) => medianOrDash(result.series[series]?.[i] ?? [])),
    ]),
  )
  const unit = y === 'ns' ? 'ns/item' : 'MiB'
  return table([`${unit} by ${x.title}`, ...(several ? ['Node'] : []), ...x.values.map(size)], rows)
}

/** The targets and whether each run meets them; empty if there are none. */
export function verdictTable(columns: readonly Column[]): string {
  const byTarget = columns.map(
    (column) => new Map(verdicts(column).map((verdict) => [verdict.target, verdict])),
  )
  const targets = [...new Set(byTarget.flatMap((verdicts) => [...verdicts.keys()]))]
  const rows = targets.map((target) => [
    target,
    ...byTarget.map((verdicts) => {
      const verdict = verdicts.get(target)
      if (verdict === undefined) return '–'
      const { actual, met, skipped } = verdict
      return `${skipped === true ? 'skipped' : met ? 'met' : '**missed**'}: ${actual}`
    }),
  ])
  return rows.length === 0 ? '' : table(['target', ...columns.map(({ run }) => run.node)], rows)
}

const plural = (unit: string): string => (unit.endsWith('iB') ? unit : `${unit}s`)

/** The size of the input and of the output that all ways agree on. */
export const describeWork = ({ units, unit, items, checksum }: RaceResult): string =>
  `Input: ${count(units)} ${plural(unit)}. Output, the same for every way: ${count(items)} items, checksum ${checksum}`

const namesOf = (records: readonly Readonly<Record<string, unknown>>[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
]

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  return markdownTable(cells, { align: head.map((_, i) => (i === 0 ? 'l' : 'r')) })
}
