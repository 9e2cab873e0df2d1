import { mergeBoundedLateness } from 'fanpipe'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { dealt, dice, drain, ITEMS, naturals, readableOf } from '../instruments.ts'
import type { Question, Seen } from '../question.ts'

const SOURCES = 8
const WINDOW = 16

/** In disorder within each window. */
function disordered(items: readonly number[]): number[] {
  const random = dice(4)
  const shuffled = [...items]
  for (let i = 0; i < items.length; i++) {
    const start = i - (i % WINDOW)
    const other = start + random(Math.min(WINDOW, items.length - start))
    ;[shuffled[i], shuffled[other]] = [shuffled[other] as number, shuffled[i] as number]
  }
  return shuffled
}

const inputs = dealt(SOURCES).map(disordered)
const sorted = naturals(ITEMS)

async function collectedAndSorted(): Promise<Seen> {
  const all: number[] = []
  const collect = (stream: Readable): Promise<void> =>
    finished(stream.on('data', (item: number) => void all.push(item)))
  await Promise.all(inputs.map(readableOf).map(collect))
  return drain(readableOf(all.sort((a, b) => a - b)))
}

export const question: Question = {
  kind: 'race',
  title: '8 nearly sorted object Readables, sorted, into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(mergeBoundedLateness(inputs.map(readableOf), { lateness: SOURCES * WINDOW })),
    'collect everything and sort': collectedAndSorted,
    floor: () => drain(readableOf(sorted)),
  },
  targets: [],
  notes: ['To collect everything takes memory for all of it, and gives nothing before the end.'],
}
