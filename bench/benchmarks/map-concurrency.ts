import { map } from 'fanpipe'
import { parallelMap } from 'streaming-iterables'
import { faster, scaled, type Benchmark } from '../benchmark.ts'
import { drain, range, readableOf } from '../instruments.ts'

const units = scaled(1e5)
const items = range(units)
const concurrency = 8

/** Settles after a few microtasks, so that the benchmark measures the overhead per call rather than waiting. */
async function double(n: number): Promise<number> {
  await undefined
  return 2 * n
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: `map with an async function, ${concurrency} concurrent calls, results in order`,
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
