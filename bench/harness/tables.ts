/** What a question found, as tables that read on a terminal and in Markdown. Several runs stand side by side. */
import { markdownTable } from 'markdown-table'
import { count, factor, middle, size, spread } from './numbers.ts'
import type { CurveResult, RaceResult } from './result.ts'
import type { Column } from './runs.ts'
import { ratioOf, verdicts } from './verdict.ts'

export const per = (unit: string): string => `ns ${/^[aeiou]/i.test(unit) ? 'an' : 'a'} ${unit}`

export function raceTable(columns: readonly Column<RaceResult>[]): string {
  const head = columns.flatMap(({ run, result }) => [
    `${run.node}: ${per(result.unit)}`,
    "of fanpipe's",
    'peak RSS, MiB',
  ])
  const rows = namesOf(columns.map(({ result }) => result.ways)).map((way) => [
    way,
    ...columns.flatMap(({ result }) => {
      const timing = result.ways[way]
      if (timing === undefined) return ['–', '–', '–']
      const ratio = way === 'fanpipe' ? '' : factor(ratioOf(result, way))
      return [spread(timing.ns), ratio, middle(timing.peak)]
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
      ...x.values.map((_, i) => middle(result.series[series]?.[i] ?? [])),
    ]),
  )
  const unit = y === 'ns' ? 'ns an item' : 'MiB'
  return table([`${unit}, by ${x.title}`, ...(several ? ['Node'] : []), ...x.values.map(size)], rows)
}

/** What was aimed at, and what became of it in each run; nothing where there is nothing to judge. */
export function verdictTable(columns: readonly Column[]): string {
  const judged = columns.map((column) => new Map(verdicts(column).map((verdict) => [verdict.aim, verdict])))
  const aims = [...new Set(judged.flatMap((verdicts) => [...verdicts.keys()]))]
  const rows = aims.map((aim) => [
    aim,
    ...judged.map((verdicts) => {
      const verdict = verdicts.get(aim)
      if (verdict === undefined) return '–'
      const { got, met, skipped } = verdict
      return `${skipped === true ? 'skipped' : met ? 'met' : '**missed**'}: ${got}`
    }),
  ])
  return rows.length === 0 ? '' : table(['target', ...columns.map(({ run }) => run.node)], rows)
}

const plural = (unit: string): string => (unit.endsWith('iB') ? unit : `${unit}s`)

/** How much work a race is. */
export const workOf = ({ units, unit, items, checksum }: RaceResult): string =>
  `${count(units)} ${plural(unit)} of work; every way gave ${count(items)} with checksum ${checksum}`

const namesOf = (records: readonly Readonly<Record<string, unknown>>[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
]

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  return markdownTable(cells, { align: head.map((_, i) => (i === 0 ? 'l' : 'r')) })
}
