/** A line chart of a curve, over a logarithmic x axis. */
import { median } from 'simple-statistics'
import type { TopLevelSpec } from 'vega-lite'
import type { CurveResult } from './result.ts'
import type { Column } from './runs.ts'

/** Labels in full below 100,000, such as 4,096; then abbreviated, such as 100k. */
const X_LABEL = "format(datum.value, datum.value < 1e5 ? ',' : '.3~s')"

export function lineChart(columns: readonly Column<CurveResult>[]): TopLevelSpec {
  const [first] = columns
  return {
    title: first?.result.title ?? '',
    vconcat: columns.map(({ run, result }) => ({
      title: { text: `Node ${run.node}`, fontSize: 12, fontWeight: 'normal', offset: 4 },
      width: 420,
      height: 220,
      data: { values: pointsOf(result) },
      mark: { type: 'line', point: true },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          scale: { type: 'log', nice: false, padding: 16 },
          axis: { title: result.x.title, values: [...result.x.values], labelExpr: X_LABEL, grid: false },
        },
        y: {
          field: 'y',
          type: 'quantitative',
          axis: { title: result.y === 'ns' ? 'ns/item' : 'MiB', tickCount: 5 },
          scale: { zero: true },
        },
        color: { field: 'series', type: 'nominal', sort: null, scale: { scheme: 'tableau10' } },
        strokeDash: { condition: { test: 'datum.control', value: [4, 4] }, value: [1, 0] },
      },
    })),
  }
}

const pointsOf = ({ x, series, controls = [] }: CurveResult): object[] =>
  Object.entries(series).flatMap(([name, points]) =>
    points.map((rounds, i) => ({
      series: name,
      x: x.values[i],
      y: median(rounds),
      control: controls.includes(name),
    })),
  )
