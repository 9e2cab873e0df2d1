/** What each junction makes of the same inputs, in one picture. */
import { balance, chain, merge, mergeReady, multicast, partition, roundRobin, zip } from '../../lib/async.ts'
import type { Item, Line, Recorder } from './recorder.ts'
import { drawRow, lastTick, rowHeight, scaleFor } from './rows.ts'
import { record } from './runs.ts'
import { line, picture, tag, text, WIDTH } from './svg.ts'

type Inputs = [AsyncIterable<Item>, AsyncIterable<Item>]

const inputsOf = (r: Recorder): Inputs => [r.source('a', '1-4---5-|'), r.source('b', '---2-3--6|')]
const sourceOf = (r: Recorder): AsyncIterable<Item> => r.source('source', '1234567|')

const fanIns: Readonly<Record<string, (inputs: Inputs) => AsyncIterable<Item | readonly Item[]>>> = {
  chain,
  roundRobin,
  zip: (inputs) => zip(inputs),
  merge: (inputs) => merge(inputs, { key: ({ text }) => Number(text) }),
  mergeReady,
}

const fanOuts: Readonly<Record<string, (source: AsyncIterable<Item>) => readonly AsyncIterable<Item>[]>> = {
  multicast: (source) => multicast(source, 2),
  partition: (source) => partition(source, 2, ({ text }) => Number(text) % 2),
  balance: (source) => balance(source, 2),
}

/** The inputs as they are if nothing makes them wait. */
async function alone(inputs: (r: Recorder) => readonly AsyncIterable<Item>[]): Promise<Line[]> {
  const { inputs: lines } = await record((r) => {
    for (const input of inputs(r)) r.consume('', input, { busy: 0 })
  })
  return lines
}

async function fanInRows(): Promise<Line[]> {
  const rows = await alone(inputsOf)
  for (const [name, join] of Object.entries(fanIns))
    rows.push(...(await record((r) => r.consume(name, join(inputsOf(r))))).outputs)
  return rows
}

async function fanOutRows(): Promise<Line[]> {
  const rows = await alone((r) => [sourceOf(r)])
  for (const [name, split] of Object.entries(fanOuts)) {
    const isShared = name !== 'multicast'
    const { outputs } = await record((r) => {
      for (const [lane, branch] of split(sourceOf(r)).entries())
        // the second worker of `balance` takes twice as long for each item
        r.consume(lane === 0 ? name : '', branch, {
          busy: name === 'balance' ? lane * 2 + 2 : 1,
          ...(isShared && { lane: lane + 1 }),
        })
    })
    rows.push(...outputs)
  }
  return rows
}

export async function overview(): Promise<string> {
  const [fanIn, fanOut] = [await fanInRows(), await fanOutRows()]
  const scale = scaleFor(Math.max(lastTick(fanIn), lastTick(fanOut)), 'roundRobin'.length)
  let y = 52
  const parts: string[] = []
  const draw = (title: string, rows: readonly Line[], inputs: number): void => {
    parts.push(text({ x: 20, y: y + 18, class: 'note' }, title))
    y += 28
    const height = rows.slice(0, inputs).reduce((sum, row) => sum + rowHeight(row), 0)
    parts.push(tag('rect', { x: 10, y, width: WIDTH - 20, height, rx: 8, class: 'box' }))
    for (const row of rows) {
      const [high, isFirst] = [rowHeight(row), row.name !== '']
      if (isFirst && rows.indexOf(row) > inputs) parts.push(line(20, y, WIDTH - 20, y, 'tick'))
      parts.push(...drawRow(row, y + high / 2, scale))
      y += high
    }
    y += 14
  }
  draw('many inputs, one output', fanIn, 2)
  draw('one source, many branches', fanOut, 1)
  return picture(y + 4, '', 'The same inputs through each junction. Time goes from left to right.', parts)
}
