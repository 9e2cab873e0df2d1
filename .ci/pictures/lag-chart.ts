/** How far the slow branch of a multicast lags over time, and which items it gets, by policy. */
import { MAXLEN, PAUSE, TICKS, type LagRun, type PolicyName } from './lag-runs.ts'
import { line, picture, round, tag, text, WIDTH } from './svg.ts'

const LEFT = 56
const TICK = (WIDTH - LEFT - 24) / TICKS
const PANEL = { top: 84, height: 118, lag: 48 }

const xOf = (tick: number): number => LEFT + tick * TICK

/** What became of the items, in numbers that were counted in the run. */
const notes: Readonly<Record<PolicyName, (run: LagRun) => string>> = {
  block: ({ fast }) => `nothing is lost; the fast branch waits for ${waits(fast.received)} ticks`,
  'drop-oldest': ({ dropped }) => `the slow branch misses the ${dropped} oldest that wait for it`,
  'drop-newest': ({ dropped }) => `the slow branch misses the ${dropped} newest`,
  detach: ({ slow }) => `the slow branch gets ${slow.received.size} items and then fails alone`,
  fail: ({ slow }) => `both branches fail, the slow one after ${slow.received.size} items`,
}

const waits = (received: ReadonlyMap<number, number>): number => TICKS - received.size

export function lagChart(runs: readonly LagRun[]): string {
  const bottom = PANEL.top + runs.length * PANEL.height
  const pause = tag('rect', {
    x: xOf(PAUSE.from),
    y: PANEL.top - 8,
    width: xOf(PAUSE.to) - xOf(PAUSE.from),
    height: bottom - PANEL.top,
    rx: 8,
    class: 'box',
  })
  const middle = xOf((PAUSE.from + PAUSE.to) / 2)
  return picture(
    bottom + 50,
    `multicast(source, [{}, { maxlen: ${MAXLEN}, overflow }])`,
    'The lag of a branch that stops reading for a while, and what becomes of its items.',
    [
      pause,
      ...runs.flatMap((run, i) => panel(run, PANEL.top + i * PANEL.height)),
      text(
        { x: middle, y: bottom + 8, class: 'note', 'text-anchor': 'middle' },
        'the slow branch does not read',
      ),
      ...legend(bottom + 32),
    ],
  )
}

function panel(run: LagRun, top: number): string[] {
  const floor = top + 24 + PANEL.lag
  const yOf = (lag: number): number => floor - (lag / MAXLEN) * PANEL.lag
  const failed = run.lags.findIndex((lag, tick) => lag === 0 && (run.lags[tick - 1] ?? 0) >= MAXLEN)
  const lags = failed < 0 ? run.lags : run.lags.slice(0, failed)
  const points = lags.map((lag, tick) => `${round(xOf(tick))} ${round(yOf(lag))}`)
  const last = lags.length - 1
  return [
    text({ x: 20, y: top + 7, class: 'name' }, `'${run.policy}'`),
    text({ x: WIDTH - 20, y: top + 7, class: 'note', 'text-anchor': 'end' }, notes[run.policy](run)),
    text({ x: LEFT - 10, y: yOf(MAXLEN) + 4, class: 'note', 'text-anchor': 'end' }, String(MAXLEN)),
    text({ x: LEFT - 10, y: floor + 2, class: 'note', 'text-anchor': 'end' }, '0'),
    line(xOf(0), yOf(MAXLEN), WIDTH - 20, yOf(MAXLEN), 'bound'),
    line(xOf(0), floor, WIDTH - 20, floor, 'time'),
    tag('path', {
      d: `M${round(xOf(0))} ${floor}L${points.join('L')}L${round(xOf(last))} ${floor}Z`,
      class: 'area',
    }),
    tag('path', { d: `M${points.join('L')}`, class: 'lag' }),
    ...(failed < 0 ? [] : [cross(xOf(last), yOf(MAXLEN))]),
    ...items(run, floor + 13),
  ]
}

/** A dot for each item, where the fast branch received it: filled if the slow one received it as well. */
const items = ({ fast, slow }: LagRun, y: number): string[] => [
  ...[...fast.received].map(([item, tick]) => dot(xOf(tick), y, slow.received.has(item))),
  ...(fast.failed === undefined ? [] : [cross(xOf(fast.failed), y)]),
]

const dot = (x: number, y: number, isFilled: boolean): string =>
  tag('circle', { cx: x, cy: y, r: isFilled ? 3 : 2.5, class: isFilled ? 'f1' : 'lost' })

const cross = (x: number, y: number): string =>
  tag('path', { d: `M${round(x - 4)} ${round(y - 4)}l8 8m0 -8l-8 8`, class: 'failed' })

function legend(y: number): string[] {
  const entry = (x: number, sign: string, meaning: string): string[] => [
    sign,
    text({ x: x + 12, y: y + 4, class: 'note' }, meaning),
  ]
  return [
    ...entry(LEFT, dot(LEFT, y, true), 'item for both branches'),
    ...entry(LEFT + 190, dot(LEFT + 190, y, false), 'for the fast branch only'),
    ...entry(LEFT + 390, cross(LEFT + 390, y), 'fails'),
  ]
}
