import { merge as mergeStreams } from 'fanpipe'
import { merge } from 'fanpipe/iter'
import type { Curve } from '../benchmark.ts'
import { drain, drainSync, ITEMS, range, seededRandom } from '../instruments.ts'

/** Ascending by random steps, so that branch prediction cannot learn which source is next. */
function* ascending(items: number, seed: number): Generator<number> {
  const random = seededRandom(seed)
  for (let i = 0, n = 0; i < items; i++) yield (n += random(1000))
}
const sorted = (k: number): Generator<number>[] => range(k).map((i) => ascending(Math.ceil(ITEMS / k), i + 1))

export const benchmark: Curve = {
  kind: 'curve',
  title: 'sorted merge of k iterables, time per item',
  x: { title: 'k', values: [2, 8, 64, 512, 4096] },
  y: 'ns',
  series: {
    'into a Writable': (k) => drain(mergeStreams(sorted(k))),
    'as an iterable': (k) => drainSync(merge(sorted(k))),
  },
  growth: 12,
  notes: [
    'The limit is the growth in comparisons: an item takes log₂ k of them, 12 times as many for k = 4096 as for k = 2.',
  ],
}
