/** A bar chart of a race: the cost of each way, the cheapest at the top. */
import { max, median } from 'simple-statistics'
import type { TopLevelSpec } from 'vega-lite'
import { figure } from './numbers.ts'
import type { RaceResult } from './result.ts'
import type { Column } from './runs.ts'
import { FLOOR, OURS, PEER } from './svg.ts'
import { nsPer } from './tables.ts'
import { peersOf } from './verdict.ts'

interface Bar {
  readonly way: string
  readonly ns: number
  readonly label: string
  readonly colour: string
}

export function barChart(columns: readonly Column<RaceResult>[]): TopLevelSpec {
  const charts = columns.map(({ run, result }) => ({ node: run.node, bars: barsOf(result) }))
  const widest = max(charts.flatMap(({ bars }) => bars.map(({ ns }) => ns)))
  const [first] = columns
  return {
    title: first?.result.title ?? '',
    vconcat: charts.map(({ node, bars }) => ({
      title: { text: `Node ${node}`, fontSize: 12, fontWeight: 'normal', offset: 4 },
      width: 420,
      height: { step: 24 },
      data: { values: bars },
      encoding: {
        y: { field: 'way', type: 'nominal', sort: null, axis: { title: null, ticks: false, domain: false } },
        x: {
          field: 'ns',
          type: 'quantitative',
          axis: { title: nsPer(first?.result.unit ?? 'item'), tickCount: 5 },
          scale: { domain: [0, widest] },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 16 },
          encoding: { color: { field: 'colour', type: 'nominal', scale: null } },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4 },
          encoding: { text: { field: 'label', type: 'nominal' } },
        },
      ],
    })),
  }
}

function barsOf(race: RaceResult): Bar[] {
  const peers = peersOf(race)
  return Object.entries(race.ways)
    .map(([way, timing]) => {
      const ns = median([...timing.ns])
      const colour = way === 'floor' ? FLOOR : peers.includes(way) ? PEER : OURS
      return { way, ns, label: figure(ns), colour }
    })
    .sort((a, b) => a.ns - b.ns)
}
