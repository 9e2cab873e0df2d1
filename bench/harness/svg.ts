/** Renders charts as SVG, with a white background so that they are legible on dark pages too. */
import { parse, textMetrics, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

declare module 'vega' {
  /** Missing from Vega's type declarations. */
  const textMetrics: { width: (item: { readonly fontSize?: number }, text: unknown) => number }
}

/** Without a canvas, Vega overestimates the width of text by half. */
textMetrics.width = ({ fontSize = 12 }, text) => 0.6 * fontSize * String(text ?? '').length

export const INK = '#24292f'
export const OURS = '#0969da'
export const FLOOR = '#b8bfc6'
export const PEER = '#6e7781'
export const BEHIND = '#d4711c'

const config: TopLevelSpec['config'] = {
  font: 'Helvetica, Arial, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 10,
    labelLimit: 0,
    gridColor: '#eaeef2',
    domainColor: '#d0d7de',
    tickColor: '#d0d7de',
  },
  axisY: { labelPadding: 8 },
  title: { color: INK, fontSize: 14, subtitleColor: PEER, subtitleFontSize: 12, anchor: 'start', offset: 14 },
  legend: { labelColor: INK, labelFontSize: 12, labelLimit: 0, title: null },
  text: { color: INK, fontSize: 12 },
}

export const toSvg = (spec: TopLevelSpec): Promise<string> =>
  new View(parse(compile({ background: 'white', padding: 16, config, ...spec }).spec), {
    renderer: 'none',
  }).toSVG()
