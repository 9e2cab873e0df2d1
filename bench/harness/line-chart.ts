/** How cost grows, over a logarithmic axis. */
import { median } from 'simple-statistics'
import type { TopLevelSpec } from 'vega-lite'
import type { CurveResult } from './result.ts'
import type { Column } from './runs.ts'

/** 4,096 in full, and 100k. */
const SHORT = "format(datum.value, datum.value < 1e5 ? ',' : '.3~s')"

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
          axis: { title: result.x.title, values: [...result.x.values], labelExpr: SHORT, grid: false },
        },
        y: {
          field: 'y',
          type: 'quantitative',
          axis: { title: result.y === 'ns' ? 'ns an item' : 'MiB', tickCount: 5 },
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
