/** A line of time with its marbles: an input, a stage or an output. */
import type { Line, Marble } from './recorder.ts'
import { line, round, tag, text, WIDTH } from './svg.ts'

const MOST_RADIUS = 13
export const ROW = 42

export interface Scale {
  /** Where tick 0 is. */
  readonly left: number
  readonly tick: number
  /** Of a marble, small enough for those of two ticks to stand side by side. */
  readonly radius: number
}

/** A scale for a number of ticks, beside names of at most `letters` letters. */
export function scaleFor(ticks: number, letters: number): Scale {
  const left = 20 + letters * 7.9 + 14 + MOST_RADIUS
  const tick = Math.min(40, (WIDTH - 36 - left) / ticks)
  return { left, tick, radius: Math.min(MOST_RADIUS, tick / 2 - 0.5) }
}

export const xOf = ({ left, tick }: Scale, at: number): number => left + at * tick

export const longestName = (lines: readonly Line[]): number =>
  Math.max(...lines.map(({ name }) => name.length))

export const lastTick = (lines: readonly Line[]): number => Math.max(...lines.map(({ ended = 0 }) => ended))

export function drawRow(row: Line, y: number, scale: Scale): string[] {
  const { name, opened = 0, ended = opened, marbles } = row
  const right = WIDTH - 20
  const from = xOf(scale, opened)
  const to = xOf(scale, ended)
  return [
    text({ x: 20, y: y + 4.5, class: 'name' }, name),
    line(xOf(scale, 0), y, right, y, 'time'),
    tag('path', { d: `M${right - 6} ${y - 4}l6 4l-6 4`, class: 'time' }),
    line(from, y, to, y, 'open'),
    line(to, y - 11, to, y + 11, 'end'),
    ...marbles.flatMap((marble) => drawMarble(marble, xOf(scale, marble.tick), y, scale.radius)),
  ]
}

/** A disc; a tuple has one slice for each of its items, below one another. */
function drawMarble({ items }: Marble, x: number, y: number, radius: number): string[] {
  const [first] = items
  if (items.length === 1 && first !== undefined)
    return [
      tag('circle', { cx: x, cy: y, r: radius, class: `f${first.lane}` }),
      text({ x, y: y + 4.5, class: 'label' }, first.text),
    ]
  const top = y - tupleHeight(items.length) / 2
  return items.flatMap(({ text: label, lane }, i) => [
    tag('path', { d: slice(x, top + i * SLICE, radius, i === 0, i === items.length - 1), class: `f${lane}` }),
    text({ x, y: top + i * SLICE + SLICE / 2 + 4.5, class: 'label' }, label),
  ])
}

const SLICE = 20
export const tupleHeight = (items: number): number => items * SLICE

/** One slice of a tuple: the first is round at the top, the last at the bottom. */
function slice(x: number, y: number, radius: number, isFirst: boolean, isLast: boolean): string {
  const r = 10
  const [l, w] = [round(x - radius), round(2 * radius)]
  const top = isFirst
    ? `M${l} ${y + r}a${r} ${r} 0 0 1 ${r} ${-r}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}`
    : `M${l} ${y}h${w}`
  const bottom = isLast
    ? `V${y + SLICE - r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}Z`
    : `V${y + SLICE}h${-w}Z`
  return top + bottom
}

/** How high a row has to be for what is in it. */
export const rowHeight = ({ marbles }: Line): number =>
  Math.max(ROW, ...marbles.map(({ items }) => (items.length > 1 ? tupleHeight(items.length) + 14 : 0)))
