/** All races in one chart: the speed of fanpipe as a multiple of that of its fastest peer. */
import type { TopLevelSpec } from 'vega-lite'
import type { RaceResult, Run } from './result.ts'
import { BEHIND, INK, OURS } from './svg.ts'
import { fastestPeer } from './verdict.ts'

export function overviewChart({ node, machine, scale, results }: Run): TopLevelSpec {
  const bars = results
    .filter((result): result is RaceResult => result.kind === 'race')
    .flatMap((race) => {
      const fastest = fastestPeer(race)
      if (fastest === undefined) return []
      const { way, times } = fastest
      return {
        title: wrapInTwo(race.title),
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
    axis: { title: 'to the right of the line, fanpipe is faster', tickCount: 6 },
  } as const
  return {
    title: {
      text: 'Speed of fanpipe as a multiple of its fastest peer',
      subtitle: `${scale === 1 ? '' : 'Trial run, not a measurement: '}Node ${node}, ${machine.cpu}, ${machine.cores} cores`,
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

/** Breaks a long title at the space nearest to its middle. */
function wrapInTwo(title: string): string {
  const middle = title.length / 2
  const spaces = [...title.matchAll(/ /g)].map(({ index }) => index)
  const [at] = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  return title.length <= 40 || at === undefined ? title : `${title.slice(0, at)}\n${title.slice(at + 1)}`
}
