/** Every race at a glance: how many times as fast as the best of what people use today. */
import type { TopLevelSpec } from 'vega-lite'
import type { RaceResult, Run } from './result.ts'
import { BEHIND, INK, OURS } from './svg.ts'
import { bestPeer } from './verdict.ts'

export function overviewChart({ node, machine, scale, results }: Run): TopLevelSpec {
  const bars = results
    .filter((result): result is RaceResult => result.kind === 'race')
    .flatMap((race) => {
      const best = bestPeer(race)
      if (best === undefined) return []
      const { way, times } = best
      return {
        title: inTwoLines(race.title),
        times,
        labelAt: Math.max(times, 1),
        label: `${times.toFixed(2)} × ${way}`,
        colour: times < 1 ? BEHIND : OURS,
      }
    })
    .sort((a, b) => b.times - a.times)
  const times = {
    field: 'times',
    type: 'quantitative',
    axis: { title: 'right of the line fanpipe is faster', tickCount: 6 },
  } as const
  return {
    title: {
      text: 'How many times as fast fanpipe is as the best peer',
      subtitle: `${scale === 1 ? '' : 'A trial, no measurement: '}Node ${node}, ${machine.cpu}, ${machine.cores} cores`,
    },
    width: 400,
    height: { step: 34 },
    data: { values: bars },
    encoding: {
      y: {
        field: 'title',
        type: 'nominal',
        sort: null,
        axis: {
          title: null,
          ticks: false,
          domain: false,
          labelExpr: String.raw`split(datum.label, '\n')`,
          labelBaseline: {
            condition: { test: String.raw`indexof(datum.label, '\n') > 0`, value: 'bottom' },
            value: 'middle',
          },
        },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: 16 },
        encoding: { x: times, color: { field: 'colour', type: 'nominal', scale: null } },
      },
      {
        mark: { type: 'rule', color: INK, strokeDash: [3, 3] },
        encoding: { x: { datum: 1 }, y: { value: 0 }, y2: { value: 'height' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: {
          x: { field: 'labelAt', type: 'quantitative' },
          text: { field: 'label', type: 'nominal' },
        },
      },
    ],
  }
}

/** A long title, broken at the space nearest to its middle. */
function inTwoLines(title: string): string {
  const middle = title.length / 2
  const spaces = [...title.matchAll(/ /g)].map(({ index }) => index)
  const [at] = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  return title.length <= 40 || at === undefined ? title : `${title.slice(0, at)}\n${title.slice(at + 1)}`
}
