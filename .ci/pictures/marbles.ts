/** The marble diagram of one junction: its inputs above, its outputs below, and the way of each item between them. */
import type { Item, Line, Recorder } from './recorder.ts'
import { drawRow, lastTick, longestName, rowHeight, scaleFor, xOf, type Scale } from './rows.ts'
import type { Run } from './runs.ts'
import { line, picture, round, tag, WIDTH } from './svg.ts'

const TOP = 72
const BOX = 58
const GAP = 10

interface Placed {
  readonly row: Line
  readonly y: number
}

/** The rows below one another, each as high as it has to be. */
function place(rows: readonly Line[], top: number): { placed: Placed[]; bottom: number } {
  let bottom = top
  const placed = rows.map((row) => {
    const height = rowHeight(row)
    bottom += height
    return { row, y: bottom - height / 2 }
  })
  return { placed, bottom }
}

export function marbleDiagram({ code, caption }: Run, { inputs, stages, outputs }: Recorder): string {
  const all = [...inputs, ...stages, ...outputs]
  const ticks = lastTick(all)
  const scale = scaleFor(ticks, longestName(all))
  const above = place(inputs, TOP)
  const box = { top: above.bottom + GAP, bottom: above.bottom + GAP + BOX }
  const below = place([...stages, ...outputs], box.bottom + GAP)
  const height = below.bottom + 16
  const grid = Array.from({ length: ticks + 1 }, (_, tick) =>
    line(xOf(scale, tick), TOP, xOf(scale, tick), below.bottom, 'tick'),
  )
  return picture(height, code, caption, [
    ...grid,
    tag('rect', { x: 20, y: box.top, width: WIDTH - 40, height: BOX, rx: 8, class: 'box' }),
    ...threads(above.placed, below.placed, box, scale),
    ...[...above.placed, ...below.placed].flatMap(({ row, y }) => drawRow(row, y, scale)),
  ])
}

/** The way of each item: straight down to the box, through it to when it leaves the junction, and straight down again. */
function threads(
  above: readonly Placed[],
  below: readonly Placed[],
  box: { readonly top: number; readonly bottom: number },
  scale: Scale,
): string[] {
  const starts = new Map<Item, { readonly x: number; readonly y: number }>()
  for (const { row, y } of above)
    for (const { items, tick } of row.marbles)
      for (const item of items) starts.set(item, { x: xOf(scale, tick), y })
  return below.flatMap(({ row, y }) =>
    row.marbles.flatMap(({ items, tick }) =>
      items.flatMap((item) => {
        const x = xOf(scale, tick)
        const start = starts.get(item) ?? (item.origin && starts.get(item.origin))
        // what a stage has made starts in the row of that stage
        if (item.origin !== undefined) starts.set(item, { x, y })
        if (start === undefined) return []
        const { lane } = item.origin !== undefined && !starts.has(item) ? item.origin : item
        const way = start.y > box.bottom ? `L${round(x)} ${y}` : through(start.x, x, y, box)
        const arrow = start.y > box.bottom ? '' : `M${round(x - 4)} ${box.bottom - 3}l4 5l4 -5`
        return [tag('path', { d: `M${round(start.x)} ${start.y}${way}${arrow}`, class: `thread s${lane}` })]
      }),
    ),
  )
}

function through(
  from: number,
  x: number,
  y: number,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): string {
  const [a, b, middle] = [round(from), round(x), (top + bottom) / 2]
  return `L${a} ${top}C${a} ${middle} ${b} ${middle} ${b} ${bottom}L${b} ${y}`
}
