import { map } from 'fanpipe'
import { parallelMap } from 'streaming-iterables'
import { drain, naturals, readableOf } from '../instruments.ts'
import { faster, scaled, type Question } from '../question.ts'

const units = scaled(1e5)
const items = naturals(units)
const concurrency = 8

/** Settles a few microtasks later, so that what is measured is what the calls cost, not what they wait for. */
async function double(n: number): Promise<number> {
  await undefined
  return 2 * n
}

export const question: Question = {
  kind: 'race',
  title: `${concurrency} calls of an async function under way at once, results in order`,
  unit: 'item',
  units,
  ways: {
    fanpipe: () => drain(readableOf(items), map(double, { concurrency })),
    'Readable.map': () => drain(readableOf(items).map(double, { concurrency })),
    'streaming-iterables parallelMap': () => drain(parallelMap(concurrency, double, readableOf(items))),
  },
  targets: [faster(1.5, 'Readable.map', 'streaming-iterables parallelMap')],
  notes: ['Readable.map is experimental.'],
}
