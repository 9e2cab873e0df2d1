import { mergeBoundedLateness } from 'fanpipe'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Benchmark, Outcome } from '../benchmark.ts'
import { distributeRoundRobin, drain, ITEMS, range, readableOf, seededRandom } from '../instruments.ts'

const SOURCES = 8
const WINDOW = 16

/** Shuffles the items within each window. */
function shuffleWindows(items: readonly number[]): number[] {
  const random = seededRandom(4)
  const shuffled = [...items]
  for (let i = 0; i < items.length; i++) {
    const start = i - (i % WINDOW)
    const other = start + random(Math.min(WINDOW, items.length - start))
    ;[shuffled[i], shuffled[other]] = [shuffled[other] as number, shuffled[i] as number]
  }
  return shuffled
}

const inputs = distributeRoundRobin(SOURCES).map(shuffleWindows)
const sorted = range(ITEMS)

async function collectAndSort(): Promise<Outcome> {
  const all: number[] = []
  const collect = (stream: Readable): Promise<void> =>
    finished(stream.on('data', (item: number) => void all.push(item)))
  await Promise.all(inputs.map(readableOf).map(collect))
  return drain(readableOf(all.sort((a, b) => a - b)))
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'sort of 8 nearly sorted object Readables into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(mergeBoundedLateness(inputs.map(readableOf), { lateness: SOURCES * WINDOW })),
    'collect everything and sort': collectAndSort,
    floor: () => drain(readableOf(sorted)),
  },
  targets: [],
  notes: ['Collecting everything needs memory for all items, and emits nothing until all inputs have ended.'],
}
