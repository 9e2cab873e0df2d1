import { roundRobin } from 'fanpipe'
import type { Readable } from 'node:stream'
import { merge } from 'streaming-iterables'
import { faster, type Benchmark } from '../benchmark.ts'
import { distributeRoundRobin, drain, ITEMS, range, readableOf } from '../instruments.ts'

const inputs = distributeRoundRobin(8)
const rotated = range(ITEMS)

/** The hand-written version. */
async function* rotate(streams: readonly Readable[]): AsyncGenerator<unknown> {
  const sources = new Set(streams.map((stream) => stream[Symbol.asyncIterator]()))
  while (sources.size > 0) {
    for (const source of sources) {
      const { done, value } = await source.next()
      if (done === true) sources.delete(source)
      else yield value
    }
  }
}

export const benchmark: Benchmark = {
  kind: 'race',
  title: 'round robin of 8 object Readables into a Writable',
  unit: 'item',
  units: ITEMS,
  ways: {
    fanpipe: () => drain(roundRobin(inputs.map(readableOf))),
    'streaming-iterables': () => drain(merge(...inputs.map(readableOf))),
    'async generator': () => drain(rotate(inputs.map(readableOf))),
    floor: () => drain(readableOf(rotated)),
  },
  targets: [faster(3.5, 'streaming-iterables', 'async generator')],
  notes: [
    'merge of streaming-iterables takes one item from each input in turn, as documented.',
    'No package does a round robin over Readables directly; merge2 and similar packages emit items in order of arrival.',
    'asyncRoundRobin of iter-tools is left out because it is many times slower.',
  ],
}
